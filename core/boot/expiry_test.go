package boot_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestKeyExpiry: of each key that expires within a week, then within a day, one
// process tells once, however often all of them look.
func TestKeyExpiry(t *testing.T) {
	start := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	now := start
	in, ear := memory.New(func() time.Time { return now }), newEar(t, nil)
	at := func() time.Time { return now }
	one, two := openAt(t, in, at, alerting, ear.env()...), openAt(t, in, at, alerting, ear.env()...)
	for alias, days := range map[string]float64{"month": 30, "week": 7.5, "three": 3, "hour": 1. / 24, "never": 0, "blocked": 8} {
		k := people.Key{Alias: alias, TeamID: "", Blocked: alias == "blocked"}
		if days > 0 {
			k.Expires = &people.Time{Time: start.Add(time.Duration(days * 24 * float64(time.Hour)))}
		}
		issue(t, one, k)
	}
	for _, c := range []struct {
		after time.Duration
		want  string // in all, by then
	}{
		{0, ""},
		{13*time.Hour + time.Minute, ""}, // not every minute
		{13*time.Hour + 15*time.Minute, "week"},
		{14 * time.Hour, "week"},
		{50 * time.Hour, "week three"},
		{7 * 24 * time.Hour, "week three week"},
		{24 * 24 * time.Hour, "week three week month"},
		{29*24*time.Hour + time.Hour, "week three week month month"},
		{31 * 24 * time.Hour, "week three week month month"},
	} {
		now = start.Add(c.after)
		var all sync.WaitGroup
		for range 3 {
			for _, h := range []*house{one, two} {
				all.Go(func() {
					if err := h.app.Tick(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		var got []string
		for _, e := range ear.events(t) {
			got = append(got, e.Alias)
			if e.Event != "key_expiring" || e.Group != "key" || e.Token == "" {
				t.Errorf("got %+v", e)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("after %s: got %v, want %s", c.after, got, c.want)
		}
	}
}
