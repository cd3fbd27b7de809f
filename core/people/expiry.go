package people

import (
	"context"
	"errors"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// expiring leads to a key from the list of those that expire on its day.
func expiring(at time.Time, hash string) link { return listed(expiryList(at), at, hash) }

func expiryList(day time.Time) string { return "expiry#" + day.UTC().Format(time.DateOnly) }

// Expiring are the keys that expire at a time from one to before another, the
// soonest first. It reads a list for each day between them, 100 at most.
func (k *Keys) Expiring(ctx context.Context, from, to time.Time) ([]Key, error) {
	var keys []Key
	day := from.UTC().Truncate(24 * time.Hour)
	for range 100 {
		if !day.Before(to) {
			return keys, nil
		}
		q := store.Query{PK: "L#" + expiryList(day), Consistent: true, Limit: store.MaxLimit}
		for {
			page, err := k.t.d.Store.Query(ctx, q)
			if err != nil {
				return nil, stored(ctx, err)
			}
			for _, link := range page.Items {
				key, err := k.t.load(ctx, link.Item.Text(attrID))
				switch {
				case errors.Is(err, llm.NotFoundError): // gone meanwhile
				case err != nil:
					return nil, err
				case key.Expires != nil && !key.Expires.Before(from) && key.Expires.Before(to):
					keys = append(keys, *key)
				}
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		day = day.Add(24 * time.Hour)
	}
	return nil, bad("", "keys are listed for at most 100 days")
}
