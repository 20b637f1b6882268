// Runs FerretDB (MongoDB's wire protocol on SQLite files) until SIGTERM.
// Arguments: the address to listen on, and the folder of the data, which must exist.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func run(address, folder string) error {
	files := url.URL{Scheme: "file", Opaque: filepath.ToSlash(filepath.Clean(folder)) + "/"}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	defer listener.Close()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: files.String(),
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	behind, err := url.Parse(server.MongoDBURI())
	if err != nil {
		return err
	}
	go takeTurns(listener, behind.Host)
	fmt.Println("ready")
	return server.Run(ctx)
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: ferretdb ADDRESS FOLDER")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}
