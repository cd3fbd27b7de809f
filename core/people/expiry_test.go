package people_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// TestExpiring: keys are found by when they expire as it is now, whatever became
// of them since they were made.
func TestExpiring(t *testing.T) {
	w := newTown(t)
	made := map[string]string{}
	for alias, duration := range map[string]string{"soon": "2h", "tomorrow": "30h", "late": "10d", "never": ""} {
		request := `{"key_alias":"` + alias + `"}`
		if duration != "" {
			request = `{"key_alias":"` + alias + `","duration":"` + duration + `"}`
		}
		_, k, err := w.issue(root, request)
		if err != nil {
			t.Fatal(err)
		}
		made[alias] = k.Token
	}
	expect := func(hours int, want ...string) {
		t.Helper()
		keys, err := w.Keys.Expiring(t.Context(), *w.clock, w.clock.Add(time.Duration(hours)*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, k := range keys {
			got = append(got, k.Alias)
		}
		if !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("within %d h: got %v, want %v", hours, got, want)
		}
	}
	expect(1)
	expect(3, "soon")
	expect(30, "soon") // the end is not in it
	expect(31, "soon", "tomorrow")
	expect(15*24, "soon", "tomorrow", "late")
	update := func(alias, patch string) {
		t.Helper()
		if _, err := w.Keys.Update(t.Context(), root, made[alias], object(t, patch)); err != nil {
			t.Fatal(err)
		}
	}
	update("soon", `{"duration":"-1"}`)    // no more
	update("late", `{"duration":"1h"}`)    // sooner
	update("never", `{"duration":"4h"}`)   // after all
	update("tomorrow", `{"blocked":true}`) // another change
	_, next, err := w.Keys.Regenerate(t.Context(), root, made["tomorrow"], people.Regeneration{Patch: raw.Object{}})
	if err != nil {
		t.Fatal(err)
	}
	expect(31, "late", "never", "tomorrow")
	for _, token := range []string{next.Token, made["late"]} {
		if err := w.Keys.Delete(t.Context(), root, token); err != nil {
			t.Fatal(err)
		}
	}
	expect(15*24, "never")
	if _, err := w.Keys.Expiring(t.Context(), *w.clock, w.clock.Add(101*24*time.Hour)); err == nil || !strings.Contains(err.Error(), "100 days") {
		t.Errorf("got %v, want no list of so many days", err)
	}
}

// TestExpiringReads: no key is read that does not expire soon, however many there are.
func TestExpiringReads(t *testing.T) {
	w := newTown(t)
	for range 20 {
		if _, _, err := w.issue(root, `{"duration":"60d"}`); err != nil {
			t.Fatal(err)
		}
	}
	before := w.store.gets.Load()
	if _, err := w.Keys.Expiring(t.Context(), *w.clock, w.clock.Add(7*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := w.store.gets.Load() - before; n != 0 {
		t.Errorf("got %d keys read, want none of those that expire later", n)
	}
}
