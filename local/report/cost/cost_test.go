package cost_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/local/report/cost"
)

func prices(t *testing.T) *cost.Table {
	t.Helper()
	table, err := cost.Prices()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// near reports whether two amounts are the same to a thousandth of a cent.
func near(a, b float64) bool { return math.Abs(a-b) < 1e-5 }

// TestPrices: every figure says what it is for, whose page counts and where it
// was read.
func TestPrices(t *testing.T) {
	table := prices(t)
	if _, err := time.Parse(time.DateOnly, table.Read); err != nil || table.Region == "" {
		t.Errorf("got region %q, read on %q", table.Region, table.Read)
	}
	for _, p := range table.Prices {
		if p.USD <= 0 || p.Per == "" || !strings.HasPrefix(p.Page, "https://aws.amazon.com/") {
			t.Errorf("%s: got %+v, want an amount, of what, and AWS's page", p.Name, p)
		}
		if p.Source != cost.Unread && !strings.HasPrefix(p.Source, "https://") {
			t.Errorf("%s: got source %q, want an address or %q", p.Name, p.Source, cost.Unread)
		}
	}
}

// TestRequests: amounts worked out by hand.
func TestRequests(t *testing.T) {
	for _, tc := range []struct {
		name string
		of   cost.Request
		want float64 // dollars per million
	}{
		// 5 s x 0.125 GB = 625,000 GB-s = 8.333375; requests 0.20; 2 writes 1.25; 1.5 reads 0.1875.
		{"128 MB, 5 s, by a Function URL", cost.Request{Duration: 5 * time.Second, MemoryMB: 128, Table: cost.Units{Read: 1.5, Write: 2}}, 9.970875},
		{"the same by a REST API", cost.Request{Duration: 5 * time.Second, MemoryMB: 128, REST: true, Table: cost.Units{Read: 1.5, Write: 2}}, 13.470875},
		// 20 s x 0.5 GB = 10,000,000 GB-s = 133.334; 0.20; 1.25; 0.1875; 3.50.
		{"512 MB, 20 s", cost.Request{Duration: 20 * time.Second, MemoryMB: 512, REST: true, Table: cost.Units{Read: 1.5, Write: 2}}, 138.4715},
		// 0.0012 s are billed as 0.002 s x 1 GB = 2,000 GB-s = 0.0266668; 0.20.
		{"a part of a millisecond", cost.Request{Duration: 1200 * time.Microsecond, MemoryMB: 1024}, 0.2266668},
		// 1 s x 1 GB = 13.3334; 0.20; 1,000 bytes of log = 1 GB = 0.50; 5 % of traces = 50,000 = 0.25; a refused write 0.625.
		{"log, traces, refusals", cost.Request{Duration: time.Second, MemoryMB: 1024, LogBytes: 1000, Traced: 0.05, Table: cost.Units{Refused: 1}}, 14.9084},
	} {
		if got := cost.Sum(prices(t).Requests(1e6, tc.of)); !near(got, tc.want) {
			t.Errorf("%s: got %f, want %f", tc.name, got, tc.want)
		}
	}
}

func TestAt(t *testing.T) {
	for memory, want := range map[int]time.Duration{1769: 10 * time.Millisecond, 128: 138203125 * time.Nanosecond} {
		if got := cost.At(10*time.Millisecond, memory); got != want {
			t.Errorf("10 ms at %d MB: got %v, want %v", memory, got, want)
		}
	}
}

// TestMonth: 730 hours of 1 vCPU 29.5504 and 4 GB 12.9794, a balancer 16.425
// with a unit 5.84, three addresses 10.95, Postgres 11.68 with 20 GB 2.30, and
// Redis 11.68.
func TestMonth(t *testing.T) {
	if got, want := cost.Sum(prices(t).Month(cost.Smallest())), 101.4048; !near(got, want) {
		t.Errorf("got %f, want %f", got, want)
	}
}
