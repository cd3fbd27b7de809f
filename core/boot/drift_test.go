package boot_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// meddler is a store whose accounts somebody else adds to, when told so.
type meddler struct {
	*memory.Store
	more int64
}

func (s *meddler) Write(ctx context.Context, w store.Write) (store.Item, error) {
	if strings.HasPrefix(w.Key.PK, "A#") && s.more != 0 {
		if _, err := s.Store.Write(ctx, store.Write{Key: w.Key, Add: map[string]int64{"cm": s.more}}); err != nil {
			return nil, err
		}
		s.more = 0
	}
	return s.Store.Write(ctx, w)
}

// TestDriftIsLogged: a budget whose books do not add up is in the log, once, as
// docs and alarms know it.
func TestDriftIsLogged(t *testing.T) {
	in := &meddler{Store: memory.New(time.Now)}
	h := openOn(t, in, peopled)
	key := issue(t, h, people.Key{Spending: people.Spending{MaxBudget: pico(10)}})
	for _, c := range []struct {
		more int64
		want bool
	}{{0, false}, {5, true}} {
		in.more = c.more
		if a := h.do(t, "POST", "/v1/chat/completions", chatBody("gpt", ""), key); a.status != 200 {
			t.Fatalf("got %d %s", a.status, a.body)
		}
		lines := strings.Split(h.log.String(), "\n")
		got := slices.ContainsFunc(lines, func(line string) bool {
			return strings.Contains(line, `"msg":"budget drift","account":"A#api_key/`) && strings.Contains(line, `"level":"ERROR"`)
		})
		if got != c.want {
			t.Errorf("after %d more: got a line of drift: %v, want %v", c.more, got, c.want)
		}
	}
}
