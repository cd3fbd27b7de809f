package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/tollgate-llm/tollgate/store"
)

// What the header of the file says, so that neither another program's database
// nor one of a later Tollgate is written to.
const (
	applicationID = 0x546f6c6c // "Toll"
	version       = 1
)

const schema = `
CREATE TABLE items (
	pk      TEXT NOT NULL,
	sk      TEXT NOT NULL,
	expires INTEGER, -- microseconds since 1970; NULL: never
	i1pk    TEXT,    -- both NULL unless the item is in the index
	i1sk    TEXT,
	body    BLOB NOT NULL,
	PRIMARY KEY (pk, sk)
) STRICT;
CREATE INDEX items_1 ON items (i1pk, i1sk, pk, sk) WHERE i1pk IS NOT NULL;
CREATE INDEX items_expires ON items (expires) WHERE expires IS NOT NULL;
PRAGMA application_id = %d;
PRAGMA user_version = %d;
`

// purpose is what connections are for: their settings as a DSN has them.
type purpose string

const (
	// Five seconds of waiting for another process, which writes for milliseconds.
	writing purpose = "_busy_timeout=5000&_txlock=immediate&_synchronous=FULL"
	reading purpose = "_busy_timeout=5000&_query_only=1"
)

// create makes an empty file that only its owner reads: it holds who spent what.
// SQLite gives the files beside it the same permissions.
func create(path string) error {
	// An existing file is left alone: closing it would also drop the locks that
	// this process has on it through SQLite.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func connect(path string, p purpose) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: string(p) + "&_error_rc=1"}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, err
	}
	connections := 1
	if p == reading {
		connections = max(4, runtime.GOMAXPROCS(0))
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// prepare makes the tables of a new file, and refuses a file that is not ours
// before anything in it is changed.
func prepare(ctx context.Context, conn *sql.Conn) error {
	if _, err := identify(ctx, conn); err != nil {
		return err
	}
	var mode string // SQLite keeps the old one, without an error, where there can be no log
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return errors.New("its file system cannot share memory between processes, which the write-ahead log needs")
	}
	tx, err := conn.BeginTx(ctx, nil) // immediate: two processes don't both make them
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if isNew, err := identify(ctx, tx); err != nil || !isNew {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(schema, applicationID, version)); err != nil {
		return err
	}
	return tx.Commit()
}

// identify reports whether a file is new. The error says whose it is, if it is
// not ours.
func identify(ctx context.Context, in interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
},
) (isNew bool, err error) {
	var id, is, tables int
	err = in.QueryRowContext(ctx, `SELECT (SELECT * FROM pragma_application_id), (SELECT * FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&id, &is, &tables)
	switch {
	case err != nil:
		return false, err
	case id == applicationID && is == version:
		return false, nil
	case id == applicationID:
		return false, fmt.Errorf("its format is %d, and this program knows %d", is, version)
	case id != 0 || is != 0 || tables != 0:
		return false, errors.New("it is a database of another program")
	}
	return true, nil
}

// failure says what of the store failed. A file that another process held for
// too long is store.ErrThrottled: nothing was done.
func (s *Store) failure(what string, err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY {
		err = fmt.Errorf("%w: %w", store.ErrThrottled, err)
	}
	return fmt.Errorf("%s store %s: %w", what, s.path, err)
}
