package access_test

import (
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// TestEveryRouteHasARow: what is served and what is judged are the same.
func TestEveryRouteHasARow(t *testing.T) {
	rows := readRows(t, "access.tsv", everybody)
	served, judged := map[string]bool{}, routesOf(rows)
	for _, r := range routes.All() {
		served[r.Method+" "+r.Path] = true
		if !judged[r.Method+" "+r.Path] {
			t.Errorf("%s %s has no row: add this line to local/access/testdata/access.tsv, its columns divided by tabs,\n"+
				"%[1]s\t%[2]s\t= (or the path and query to call)\t- (or a valid body)\t%s\n"+
				"with the status that each role must get, reasoned from what it may do and not copied from a reply",
				r.Method, r.Path, "<"+strings.Join(everybody, ">\t<")+">")
		}
	}
	for _, r := range rows {
		if !served[r.route()] {
			t.Errorf("%s: %s is no line of core/routes: take the row out, or correct it", r.at, r.route())
		}
	}
}

// TestAccess asks every route as every role, as access.tsv has it. Who is
// refused changes nothing, and no vendor is asked for them.
func TestAccess(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, r := range readRows(t, "access.tsv", everybody) {
		t.Run(r.at+" "+r.route(), func(t *testing.T) {
			for i, who := range everybody {
				asked := w.vendor.asked.Load()
				a := w.do(keyOf(who), r.verb(), w.fill(r.call, who), w.fill(r.body, who))
				if want := r.want[i].status; a.status != want {
					t.Errorf("%s: %s: %s %s %s: got %d %.300s, want %d", r.at, who, r.method, r.call, r.body, a.status, a.body, want)
				}
				changed := w.store.changed(t)
				if a.status >= 400 && len(changed) > 0 {
					t.Errorf("%s: %s: got %d, and yet it changed %q", r.at, who, a.status, changed)
				}
				if n := w.vendor.asked.Load() - asked; (a.status == 401 || a.status == 403) && n > 0 {
					t.Errorf("%s: %s: got %d, and yet a vendor was asked %d times", r.at, who, a.status, n)
				}
				if len(changed) > 0 {
					w.back()
				}
			}
		})
	}
}
