package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
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
	purged                                      time.Time // when expired items were last dropped
}

func newWriter(db *sql.DB) (*writer, error) {
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, conn); err != nil {
		return nil, err
	}
	w := &writer{db: db, conn: conn}
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
		if *s.to, err = conn.PrepareContext(ctx, s.text); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *writer) close() error { return errors.Join(w.conn.Close(), w.db.Close()) }

// row is an item as a group sees it: as it was in the file, and then as the
// group's writes made it. Items are never changed.
type row struct {
	item    store.Item // nil: there is none
	expires sql.NullInt64
	changed bool
}

// commit writes a group in one transaction and fills in its answers, which
// stand only if the error is nil. The group is decided in memory and each item
// is read and written once, however many of the group change it: a refused
// write leaves nothing to take back, and a hot item costs what a cold one does.
func (w *writer) commit(group []*job, now time.Time) error {
	if _, err := w.begin.Exec(); err != nil {
		return err
	}
	err := w.run(group, now)
	if err == nil {
		_, err = w.end.Exec()
	}
	if err != nil {
		w.undo.Exec() // fails when SQLite has done so by itself
	}
	return err
}

func (w *writer) run(group []*job, now time.Time) error {
	if err := w.purge(now); err != nil {
		return err
	}
	rows := map[store.Key]row{}
	for _, j := range group {
		if err := w.decide(j, rows, now); err != nil {
			return err
		}
	}
	for key, r := range rows {
		if err := w.flush(key, r); err != nil {
			return err
		}
	}
	return nil
}

// decide applies a job's writes to the rows, or none of them. The error is the
// file's; the job's own goes into the job.
func (w *writer) decide(j *job, rows map[store.Key]row, now time.Time) error {
	made := make([]row, len(j.writes))
	for i, write := range j.writes {
		had, ok := rows[write.Key]
		if !ok {
			var err error
			if had, err = w.read(write.Key); err != nil {
				return err
			}
			rows[write.Key] = had
		}
		if had.expires.Valid && had.expires.Int64 <= now.UnixMicro() {
			had = row{}
		}
		if !store.Holds(write.If, had.item) {
			j.err = &store.Refused{Item: maps.Clone(had.item), At: i}
			return nil
		}
		item, err := store.Apply(write, had.item)
		if err != nil {
			j.err = err
			return nil
		}
		made[i] = row{item: item, expires: had.expires, changed: true}
		if !write.Expires.IsZero() {
			made[i].expires = sql.NullInt64{Int64: write.Expires.UnixMicro(), Valid: true}
		}
		if item == nil {
			made[i].expires = sql.NullInt64{} // whoever makes it again starts anew
		}
	}
	for i, write := range j.writes {
		rows[write.Key] = made[i]
		j.made = append(j.made, made[i].item)
	}
	return nil
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
