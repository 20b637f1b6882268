package main

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
)

// FerretDB 1.x reads the documents of an update and writes them in two steps without a transaction (its issue 3040): of
// nine updates at once that name one version of a document, several are told that they matched. MongoDB's updates are
// atomic, and guards rely on it. So commands that write take turns here, in front of it, over all connections.

const (
	headerBytes     = 16
	messageMaxBytes = 48_000_000
	opMessage       = 2013
	// The client expects no reply.
	moreToCome = 2
)

var writes = map[string]bool{
	"insert": true, "update": true, "delete": true, "findAndModify": true, "findandmodify": true,
	"create": true, "createIndexes": true, "drop": true, "dropDatabase": true,
}

var turn sync.Mutex

func readMessage(from io.Reader) ([]byte, error) {
	header := make([]byte, headerBytes)
	if _, err := io.ReadFull(from, header); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(header)
	if size < headerBytes || size > messageMaxBytes {
		return nil, errors.New("not a message of MongoDB's protocol")
	}
	message := make([]byte, size)
	copy(message, header)
	_, err := io.ReadFull(from, message[headerBytes:])
	return message, err
}

// The name of the command and whether it is answered. The name is the first key of the body, behind the flags, the kind
// of the section, the length of the document and the type of the value.
func commandOf(message []byte) (name string, isAnswered bool) {
	const nameAt = headerBytes + 4 + 1 + 4 + 1
	if len(message) <= nameAt || binary.LittleEndian.Uint32(message[12:]) != opMessage || message[headerBytes+4] != 0 {
		return "", true
	}
	end := nameAt
	for end < len(message) && message[end] != 0 {
		end++
	}
	return string(message[nameAt:end]), binary.LittleEndian.Uint32(message[headerBytes:])&moreToCome == 0
}

func exchange(message []byte, server net.Conn) ([]byte, error) {
	name, isAnswered := commandOf(message)
	if writes[name] {
		turn.Lock()
		defer turn.Unlock()
	}
	if _, err := server.Write(message); err != nil || !isAnswered {
		return nil, err
	}
	return readMessage(server)
}

func serve(client net.Conn, serverAddress string) {
	defer client.Close()
	server, err := net.Dial("tcp", serverAddress)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		message, err := readMessage(client)
		if err != nil {
			return
		}
		reply, err := exchange(message, server)
		if err != nil {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

// Passes on what comes to the listener, until it is closed.
func takeTurns(listener net.Listener, serverAddress string) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go serve(client, serverAddress)
	}
}
