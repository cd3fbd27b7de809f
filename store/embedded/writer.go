package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

const (
	selectItem = `SELECT expires, body FROM items WHERE pk = ? AND sk = ?`
	upsert     = `INSERT INTO items (pk, sk, expires, i1pk, i1sk, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
		SET expires = excluded.expires, i1pk = excluded.i1pk, i1sk = excluded.i1sk, body = excluded.body`
	remove = `DELETE FROM items WHERE pk = ? AND sk = ?`
	purge  = `DELETE FROM items WHERE (pk, sk) IN (SELECT pk, sk FROM items WHERE expires <= ? LIMIT ?)`

	purgeEvery = time.Second
	purgeMost  = 200 // items at a time, so that no caller waits long for it
)

// writer is the one connection that writes. One group at a time uses it.
type writer struct {
	db                                          *sql.DB
	conn                                        *sql.Conn
	begin, end, undo, get, put, remove, cleanup *sql.Stmt
	all                                         []*sql.Stmt // these
	purged                                      time.Time   // when expired items were last dropped
}

// newWriter uses up the database, which is closed with the writer or after an
// error.
func newWriter(db *sql.DB) (*writer, error) {
	w := &writer{db: db}
	if err := w.open(context.Background()); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *writer) open(ctx context.Context) (err error) {
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return err
	}
	if err := prepare(ctx, w.conn); err != nil {
		return err
	}
	for _, s := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&w.begin, "BEGIN IMMEDIATE"},
		{&w.end, "COMMIT"},
		{&w.undo, "ROLLBACK"},
		{&w.get, selectItem},
		{&w.put, upsert},
		{&w.remove, remove},
		{&w.cleanup, purge},
	} {
		if *s.to, err = w.conn.PrepareContext(ctx, s.text); err != nil {
			return err
		}
		w.all = append(w.all, *s.to)
	}
	return nil
}

// close closes the statements first: with one open, SQLite would leave the log
// beside the file.
func (w *writer) close() error {
	var errs []error
	for _, s := range w.all {
		errs = append(errs, s.Close())
	}
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	return errors.Join(append(errs, w.db.Close())...)
}

func (w *writer) read(key store.Key) (row, error) {
	var r row
	var body []byte
	err := w.get.QueryRow(key.PK, key.SK).Scan(&r.expires, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, nil
	}
	if err != nil {
		return row{}, err
	}
	if r.item, err = decode(body); err != nil {
		return row{}, fmt.Errorf("%q %q: %w", key.PK, key.SK, err)
	}
	return r, nil
}

// flush puts an item into the file as the group left it.
func (w *writer) flush(key store.Key, r row) error {
	if !r.changed {
		return nil
	}
	if r.item == nil {
		_, err := w.remove.Exec(key.PK, key.SK)
		return err
	}
	body, err := encode(r.item)
	if err != nil {
		return err
	}
	i1pk, hasPK := r.item[store.Index1PK].(string)
	i1sk, hasSK := r.item[store.Index1SK].(string)
	in := hasPK && hasSK
	_, err = w.put.Exec(key.PK, key.SK, r.expires, sql.NullString{String: i1pk, Valid: in}, sql.NullString{String: i1sk, Valid: in}, body)
	return err
}

// purge drops some of what has expired, once a second and until it has caught
// up. Nobody reads expired items, so they may wait.
func (w *writer) purge(now time.Time) error {
	if now.Sub(w.purged) < purgeEvery {
		return nil
	}
	result, err := w.cleanup.Exec(now.UnixMicro(), purgeMost)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == purgeMost {
		return err // more is left: go on with the next group
	}
	w.purged = now
	return nil
}
