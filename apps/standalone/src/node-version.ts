// Imported before anything else: on an older Node the embedded engines crash without a word.
const NODE_MAJOR_MIN = 24;
const NODE_MINOR_MIN = 9;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < NODE_MAJOR_MIN || (major === NODE_MAJOR_MIN && minor < NODE_MINOR_MIN)) {
  process.stderr.write(
    `verbatim: Node ${NODE_MAJOR_MIN}.${NODE_MINOR_MIN} or later is needed, this is ${process.versions.node}: ` +
      'start with `npm start`, which brings its own, or install it from nodejs.org\n',
  );
  process.exit(1);
}

export {};
