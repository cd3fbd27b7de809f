package embedded

import (
	"database/sql"
	"maps"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

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
