/** Loaded into a server before anything else, it opens every database with the setting that the product must not use. */
const Database = require('better-sqlite3');

const { value: pragma } = Object.getOwnPropertyDescriptor(Database.prototype, 'pragma');
Database.prototype.pragma = function (text, options) {
  return pragma.call(this, text.replace(/^synchronous = FULL$/, 'synchronous = NORMAL'), options);
};
