/** Loaded into a server before anything else, it opens every database with the setting that the product must not use. */
const Database = require('better-sqlite3');

const { pragma } = Database.prototype;
Database.prototype.pragma = function (text, options) {
  return pragma.call(this, text.replace(/^synchronous = FULL$/, 'synchronous = NORMAL'), options);
};
