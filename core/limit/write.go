package limit

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// tries is how often something is asked of a store that is busy, or that does
// not tell whether it was done.
const tries = 3

// write adds to counts. When the store does not say whether that happened it is
// tried again, unless the item shows that it did; where another has written
// since, it may then be counted twice, which is the safe side.
func (w *window) write(ctx context.Context, add store.Write) (store.Item, error) {
	mine, unsure := add.Set.Text(latest), false
	for try := 0; ; try++ {
		item, err := w.Store.Write(ctx, add)
		refused, isRefused := errors.AsType[*store.Refused](err)
		switch {
		case err == nil:
			return item, nil
		case unsure && isRefused && refused.Item.Text(latest) == mine:
			return refused.Item, nil
		case isRefused:
			return nil, err
		case !errors.Is(err, store.ErrThrottled) && !unsure:
			unsure = true
			add.If = append(add.If, store.Condition{Attr: latest, Op: store.Unequal, Value: mine, OrAbsent: true})
		}
		if try == tries-1 || w.pause(ctx, try) != nil {
			return nil, err
		}
	}
}

// repeat does something again for which the store was too busy. What happens
// once, however often it is asked for, is done again also when nobody knows
// whether it happened.
func (l *Limiter) repeat(ctx context.Context, once bool, do func() error) error {
	for try := 0; ; try++ {
		err := do()
		_, refused := errors.AsType[*store.Refused](err)
		final := err == nil || refused || !once && !errors.Is(err, store.ErrThrottled)
		if final || try == tries-1 || l.pause(ctx, try) != nil {
			return err
		}
	}
}

// pause waits before the next try: up to 20, then up to 40 ms.
func (l *Limiter) pause(ctx context.Context, try int) error {
	longest := 20 * time.Millisecond << try
	return l.Sleep(ctx, longest/2+rand.N(longest/2))
}
