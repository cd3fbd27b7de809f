package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Store keeps items in a file. It implements store.Store and store.Transactor,
// and is safe for concurrent use.
type Store struct {
	path    string
	now     func() time.Time
	readers *sql.DB
	get     *sql.Stmt // this and queries: of readers
	queries map[view]*sql.Stmt
	writer  *writer

	turn  chan struct{} // full while a group is being written
	mu    sync.Mutex
	queue []*job // who waits for the next group

	life   sync.RWMutex // read by whoever uses the store, so that Close waits for them
	closed bool
}

var (
	_ store.Store      = (*Store)(nil)
	_ store.Transactor = (*Store)(nil)
)

// Open opens the store in a file, and makes it when there is none. Its folder
// must be there. An error names the file: it is no database, it is not
// Tollgate's or a newer Tollgate's, or it cannot be opened. The caller closes
// the store.
func Open(path string, now func() time.Time) (*Store, error) {
	s := &Store{path: path, now: now, turn: make(chan struct{}, 1)}
	if err := s.open(); err != nil {
		return nil, errors.Join(s.failure("open", err), s.Close())
	}
	return s, nil
}

func (s *Store) open() error {
	if err := create(s.path); err != nil {
		return err
	}
	db, err := connect(s.path, writing)
	if err != nil {
		return err
	}
	if s.writer, err = newWriter(db); err != nil {
		return err
	}
	if s.readers, err = connect(s.path, reading); err != nil {
		return err
	}
	if s.get, err = s.readers.Prepare(selectItem + ` AND (expires IS NULL OR expires > ?)`); err != nil {
		return err
	}
	s.queries = map[view]*sql.Stmt{}
	for v, text := range queries() {
		if s.queries[v], err = s.readers.Prepare(text); err != nil {
			return err
		}
	}
	return nil
}

// Close waits for the calls that are under way, and closes the file. Calls that
// come later get fs.ErrClosed; a second Close does nothing.
func (s *Store) Close() error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	if s.get != nil {
		errs = append(errs, s.get.Close())
	}
	if s.readers != nil {
		errs = append(errs, s.readers.Close())
	}
	if s.writer != nil { // the last to leave: it empties the log into the file
		errs = append(errs, s.writer.close())
	}
	if err := errors.Join(errs...); err != nil {
		return s.failure("close", err)
	}
	return nil
}

// enter lets a call in, or says why not. Who is let in calls s.life.RUnlock.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.life.RLock()
	if s.closed {
		s.life.RUnlock()
		return s.failure("use", fs.ErrClosed)
	}
	return nil
}

// Get implements store.Store. Every read is consistent.
func (s *Store) Get(ctx context.Context, key store.Key, _ bool) (store.Item, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.life.RUnlock()
	var expires sql.NullInt64
	var body []byte
	// A context that can end would cost a goroutine for a read of microseconds.
	row := s.get.QueryRowContext(context.WithoutCancel(ctx), key.PK, key.SK, s.now().UnixMicro())
	err := row.Scan(&expires, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, store.ErrNotFound
	}
	if err != nil {
		return nil, s.failure("read", err)
	}
	item, err := decode(body)
	if err != nil {
		return nil, s.failure("read", fmt.Errorf("%q %q: %w", key.PK, key.SK, err))
	}
	return item, nil
}
