//go:build dynamodb

package exact

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// testUnits sums what requests of a warm key take of the table, its index
// included, and counts how often they wait for it before the upstream is asked.
func testUnits(t *testing.T, here *table) {
	for _, tc := range []struct {
		name  string
		above []string // routes and bodies that come before the key
		key   string
		units float64 // that a request may write
		trips int     // that it may wait for, before the upstream
	}{
		{"no budget", nil, `{}`, 3, 0},
		{"one budget", nil, `{"max_budget":1}`, 5, 2},
		{"three budgets", []string{"/organization/new", `{"organization_id":"o","organization_alias":"o","max_budget":3}`, "/team/new", `{"team_id":"t","organization_id":"o","max_budget":2}`}, `{"team_id":"t","max_budget":1}`, 9, 2},
		{"one budget and a limit a minute", nil, `{"max_budget":1,"rpm_limit":1000}`, 7, 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := startWire(t, here.endpoint)
			g := here.start(t, w.URL)
			for i := 0; i < len(tc.above); i += 2 {
				administer(t, g, g.url+tc.above[i], tc.above[i+1])
			}
			key := administer(t, g, g.url+"/key/generate", tc.key).Key
			ask := func(stream bool) time.Time {
				from := time.Now()
				status, reply, err := post(t.Context(), g, g.url+"/v1/chat/completions", key, question("steady", "customer", stream, 40))
				if !wasWhole(stream, status, reply, err) {
					t.Fatalf("got %d %s, %v, want an answer", status, reply, err)
				}
				return from
			}
			ask(false) // the key, and its customer, are read
			w.take()
			const requests = 10
			var begun []time.Time
			for n := range requests {
				begun = append(begun, ask(n%2 == 0))
			}
			g.end(t, syscall.SIGTERM) // which waits for what comes after answers
			calls, most := w.take(), 0
			bills := here.books.read(t)
			for n, one := range bills[len(bills)-requests:] {
				before, operations := trips(calls, begun[n], time.UnixMilli(one.At))
				if most = max(most, before); before > tc.trips {
					t.Errorf("request %d: got %d trips before the upstream, %v, want %d at most", n, before, operations, tc.trips)
				}
			}
			var wrote, read float64
			for _, one := range calls {
				if one.writes {
					wrote += one.units
				} else {
					read += one.units
				}
			}
			fmt.Fprintf(t.Output(), "%s, write units a request: %.1f\n%s, read units a request: %.1f\n%s, trips before the upstream: %d\n",
				tc.name, wrote/requests, tc.name, read/requests, tc.name, most)
			if wrote > tc.units*requests || wrote < requests {
				t.Errorf("got %.1f write units for %d requests, want 1 to %.0f for each", wrote, requests, tc.units)
			}
		})
	}
}
