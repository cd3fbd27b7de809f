package ledger

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tollgate-llm/tollgate/store"
)

// fill gives every field a value of its own, so that one which a row forgets is
// noticed.
func fill(v reflect.Value, n *int) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.UnixMilli(1_700_000_000_000 + int64(*n)).UTC()))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.ValueOf([]string{fmt.Sprint("tag ", *n), "another"}))
	default:
		v.SetInt(int64(*n))
	}
}

func TestFactsSurvive(t *testing.T) {
	var full Facts
	n := 0
	fill(reflect.ValueOf(&full).Elem(), &n)
	for _, want := range []Facts{full, {}} {
		item := want.attributes()
		if got := factsOf(item); !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		if want.KeyHash == "" && len(item) > 0 {
			t.Errorf("no facts: got %v, want no attributes", item)
		}
		for name := range item {
			switch name {
			case rowState, rowCost, rowEstimate, rowLost, rowUnpriced, rowOver, rowDue, rowNonce, rowHolds:
				t.Errorf("a fact is called %s, as something else is", name)
			}
		}
	}
}

// TestRowSize: a row with everything takes one unit to write, whatever clients
// put into it, and what is cut is cut between letters.
func TestRowSize(t *testing.T) {
	const hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	full := Facts{
		KeyHash: hash, KeyAlias: "production", User: "0e8f7d6c-5b4a-4392-8170-6f5e4d3c2b1a", Team: "1f9f7d6c-5b4a-4392-8170-6f5e4d3c2b1a",
		Organization: "acme", Project: "search", EndUser: "someone@example.com", IP: "203.0.113.7", Session: "0e8f7d6c-5b4a-4392-8170-6f5e4d3c2b1a",
		Tags: []string{"nightly", "batch"}, Op: "chat", Group: "gpt-4o", Model: "gpt-4o-2024-08-06", Provider: "acme", Deployment: "gpt-4o-eu",
		Host: "eu.api.example.com", Status: 200, Start: date("2026-11-20 10:00:00"), FirstEvent: date("2026-11-20 10:00:01"), End: date("2026-11-20 10:00:09"),
	}
	full.Usage.Known, full.Usage.In, full.Usage.CacheRead, full.Usage.Out, full.Usage.Reasoning = true, 1000, 20000, 300, 40
	long := full
	long.Tags = []string{strings.Repeat("é", 400), strings.Repeat("b", 3000)}
	long.EndUser, long.Session, long.Model = strings.Repeat("日本", 900), strings.Repeat("s", 500), strings.Repeat("m", 200)
	budgets := []Budget{
		{Scope: "K:" + hash, Window: Window{Unit: Period, Length: 30 * 24 * time.Hour, Anchor: date("2026-11-05 09:30:00")}, Limit: MaxLimit},
		{Scope: "T:" + full.Team, Window: Window{Unit: Month}, Limit: MaxLimit},
		{Scope: "O:acme", Limit: MaxLimit},
	}
	for name, f := range map[string]Facts{"as most are": full, "long": long} {
		b := newBench(t)
		b.settle(budgets, 12_345_678_901_234, 2_345_678_901_234, f)
		row := b.rows()[0]
		key := store.Key{PK: row.PK, SK: row.SK}
		got := ReadRow(row)
		if size := size(key, row.Item); size > MaxRow {
			t.Errorf("%s: got %d bytes, want %d at most", name, size, MaxRow)
		}
		if name == "as most are" && !reflect.DeepEqual(got.Facts, f) {
			t.Errorf("%s: got  %+v\nwant %+v", name, got.Facts, f)
		}
		facts := got.Facts
		if facts.KeyHash != hash || facts.Team != full.Team || facts.User != full.User || len(got.Accounts) != 3 {
			t.Errorf("%s: got %+v, want nobody's id cut", name, got)
		}
		if !utf8.ValidString(facts.EndUser) || !utf8.ValidString(facts.Tags[0]) ||
			len(facts.EndUser) < min(len(f.EndUser), shortest-2) || len(facts.Tags) == 0 {
			t.Errorf("%s: got end user %q and tags %q, want what fits of them", name, facts.EndUser, facts.Tags)
		}
	}
}
