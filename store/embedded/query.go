package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/tollgate-llm/tollgate/store"
)

// view is what a query reads: one of its texts.
type view struct {
	index   string
	reverse bool
}

// Each text takes a partition, the time, a range of SKs (from, below), the place
// before the first item, and a limit. The range is cut to the place as well, so
// that SQLite never walks over what was on earlier pages.
func queries() map[view]string {
	const (
		items = `SELECT pk, sk, body FROM items WHERE pk = ? AND (expires IS NULL OR expires > ?) AND sk >= ? AND sk < ?`
		index = `SELECT pk, sk, body FROM items WHERE i1pk = ? AND (expires IS NULL OR expires > ?) AND i1sk >= ? AND i1sk < ?`
	)
	return map[view]string{
		{"", false}:           items + ` AND sk > ? ORDER BY sk LIMIT ?`,
		{"", true}:            items + ` AND sk < ? ORDER BY sk DESC LIMIT ?`,
		{store.Index1, false}: index + ` AND (i1sk, pk, sk) > (?, ?, ?) ORDER BY i1sk, pk, sk LIMIT ?`,
		{store.Index1, true}:  index + ` AND (i1sk, pk, sk) < (?, ?, ?) ORDER BY i1sk DESC, pk DESC, sk DESC LIMIT ?`,
	}
}

// Query implements store.Store. Every query is consistent, of the index, too.
func (s *Store) Query(ctx context.Context, q store.Query) (store.Page, error) {
	if err := s.enter(ctx); err != nil {
		return store.Page{}, err
	}
	defer s.life.RUnlock()
	stmt := s.queries[view{q.Index, q.Reverse}]
	if stmt == nil {
		return store.Page{}, s.failure("query", fmt.Errorf("there is no index %q", q.Index))
	}
	rows, err := stmt.QueryContext(context.WithoutCancel(ctx), s.arguments(q)...)
	if err != nil {
		return store.Page{}, s.failure("query", err)
	}
	page, err := read(rows, q)
	if err = errors.Join(err, rows.Close()); err != nil {
		return store.Page{}, s.failure("query", err)
	}
	return page, nil
}

// arguments are those of a query's text.
func (s *Store) arguments(q store.Query) []any {
	from, below, place := q.Prefix, end(q.Prefix), place(q)
	if sk, ok := place[0].(string); ok && !q.Reverse {
		from = max(from, sk)
	} else if ok && (below == nil || sk < *below) {
		sk += "\x00" // the next text: others may have the same SK in an index
		below = &sk
	}
	args := []any{q.PK, s.now().UnixMicro(), from, beyond()}
	if below != nil {
		args[3] = *below
	}
	return append(append(args, place...), q.Cap()+1) // one more says that there is a next page
}

// beyond is after every text, as SQLite orders values of different types.
func beyond() any { return []byte{} }

// end is the first text after all that begin with a prefix; nil: there is none.
func end(prefix string) *string {
	for last := len(prefix) - 1; last >= 0; last-- {
		if prefix[last] < 0xff {
			text := prefix[:last] + string([]byte{prefix[last] + 1})
			return &text
		}
	}
	return nil
}

// place is where a query begins, a value for each column of its order. After
// the mere SK of an index come the items of the next SK.
func place(q store.Query) []any {
	columns, at := 1, []any{}
	if q.After != "" {
		at = append(at, q.After)
	}
	if q.Index != "" {
		columns = 3
		var sk, itemPK, itemSK string
		if _, err := fmt.Sscanf(q.After, cursor, &sk, &itemPK, &itemSK); err == nil {
			return []any{sk, itemPK, itemSK}
		}
	}
	for len(at) < columns {
		if q.Reverse == (q.After == "") {
			at = append(at, beyond())
		} else {
			at = append(at, "")
		}
	}
	return at
}

// cursor is a Next of the index: its SK, and the item's key.
const cursor = "%q%q%q"

// read is the page of some rows.
func read(rows *sql.Rows, q store.Query) (store.Page, error) {
	var page store.Page
	for rows.Next() {
		if len(page.Items) == q.Cap() {
			page.Next = next(page.Items[len(page.Items)-1], q.Index)
			break
		}
		var k store.Keyed
		var body []byte
		err := rows.Scan(&k.PK, &k.SK, &body)
		if err == nil {
			k.Item, err = decode(body)
		}
		if err != nil {
			return store.Page{}, fmt.Errorf("%q %q: %w", k.PK, k.SK, err)
		}
		page.Items = append(page.Items, k)
	}
	return page, rows.Err()
}

// next is the After that comes after an item.
func next(last store.Keyed, index string) string {
	if index == "" {
		return last.SK
	}
	return fmt.Sprintf(cursor, last.Item.Text(store.Index1SK), last.PK, last.SK)
}
