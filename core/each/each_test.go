package each_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/each"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestAll: each is done once, sixteen at a time, whichever of them fail; of the
// errors the first in their order counts, not in time.
func TestAll(t *testing.T) {
	for _, tc := range []struct {
		n, most int
		takes   time.Duration
		fail    []int // the earlier, the later
		want    string
	}{
		{0, 0, 0, nil, ""},
		{1, 1, time.Minute, nil, ""},
		{16, 16, time.Minute, nil, ""},
		{33, 16, 3 * time.Minute, nil, ""},
		{33, 16, 3 * time.Minute, []int{3, 4, 32}, "3"},
		{1, 1, time.Minute, []int{0}, "0"},
	} {
		t.Run(fmt.Sprint(tc.n, tc.fail), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fails := map[int]time.Duration{}
				for i, n := range tc.fail {
					fails[n] = time.Duration(len(tc.fail)-i) * time.Second
				}
				done := make([]atomic.Int32, tc.n)
				var now, most atomic.Int32
				began := time.Now()
				err := each.All(tc.n, func(i int) error {
					if n := now.Add(1); n > most.Load() {
						most.Store(n)
					}
					defer now.Add(-1)
					done[i].Add(1)
					if after, ok := fails[i]; ok {
						time.Sleep(after)
						return fmt.Errorf("%d", i)
					}
					time.Sleep(time.Minute)
					return nil
				})
				if got := fmt.Sprint(err); got != tc.want && (err != nil || tc.want != "") {
					t.Errorf("got %v, want the error %q", err, tc.want)
				}
				for i := range done {
					if n := done[i].Load(); n != 1 {
						t.Errorf("%d was done %d times", i, n)
					}
				}
				if took := time.Since(began); int(most.Load()) != tc.most || took > tc.takes {
					t.Errorf("got %d at a time in %v, want %d in %v", most.Load(), took, tc.most, tc.takes)
				}
			})
		})
	}
}
