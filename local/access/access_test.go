package access_test

import (
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// row is a line of access.tsv: a request, and what each role is answered.
type row struct {
	line         int
	method, path string // as the route table has them
	call, body   string // the request
	want         []int  // by everybody
}

// name is what a route is called in messages, and in the route table.
func (r row) name() string { return r.method + " " + r.path }

func readRows(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile("testdata/access.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for i, line := range strings.Split(string(text), "\n") {
		f := strings.Split(line, "\t")
		if line == "" || line[0] == '#' || f[0] == "method" {
			continue
		}
		if len(f) != 4+len(everybody) {
			t.Fatalf("access.tsv:%d: got %d columns, want method, path, call, body and a status for each of %q", i+1, len(f), everybody)
		}
		r := row{line: i + 1, method: f[0], path: f[1], call: f[2], body: strings.NewReplacer(`\r`, "\r", `\n`, "\n").Replace(f[3])}
		if r.call == "=" {
			r.call = r.path
		}
		if r.body == "-" {
			r.body = ""
		}
		for _, status := range f[4:] {
			n, err := strconv.Atoi(status)
			if err != nil {
				t.Fatalf("access.tsv:%d: %v", i+1, err)
			}
			r.want = append(r.want, n)
		}
		rows = append(rows, r)
	}
	return rows
}

// TestEveryRouteHasARow: what is served and what is judged are the same.
func TestEveryRouteHasARow(t *testing.T) {
	served, judged := map[string]bool{}, map[string]bool{}
	for _, r := range routes.All() {
		served[r.Method+" "+r.Path] = true
	}
	for _, r := range readRows(t) {
		judged[r.name()] = true
		if !served[r.name()] {
			t.Errorf("access.tsv:%d: %s is in no line of core/routes: take the row out, or correct it", r.line, r.name())
		}
	}
	for _, name := range slices.Sorted(maps.Keys(served)) {
		if method, path, _ := strings.Cut(name, " "); !judged[name] {
			t.Errorf("%s has no row: add this line to local/access/testdata/access.tsv, columns divided by tabs,\n"+
				"%s\t%s\t= (or the path and query to call)\t- (or a valid body)\t%s\n"+
				"with the status that each role must get, reasoned from what it may do and not copied from a reply",
				name, method, path, "<"+strings.Join(everybody, ">\t<")+">")
		}
	}
}

// TestAccess asks every route as every role, as access.tsv has it. Who is
// refused changes nothing, and no vendor is asked for them.
func TestAccess(t *testing.T) {
	w := newTown(t)
	for _, r := range readRows(t) {
		t.Run(strconv.Itoa(r.line)+" "+r.name(), func(t *testing.T) {
			for i, who := range everybody {
				asked := w.vendor.asked.Load()
				method := r.method
				if method == routes.Any {
					method = http.MethodPost
				}
				a := w.do(keyOf(who), method, w.fill(r.call, who), w.fill(r.body, who))
				if a.status != r.want[i] {
					t.Errorf("access.tsv:%d: %s: %s %s %s: got %d %.300s, want %d", r.line, who, method, r.call, r.body, a.status, a.body, r.want[i])
				}
				changed := w.store.changed(t)
				if a.status >= 400 && len(changed) > 0 {
					t.Errorf("access.tsv:%d: %s: got %d, and yet it changed %q", r.line, who, a.status, changed)
				}
				if n := w.vendor.asked.Load() - asked; (a.status == 401 || a.status == 403) && n > 0 {
					t.Errorf("access.tsv:%d: %s: got %d, and yet a vendor was asked %d times", r.line, who, a.status, n)
				}
				if len(changed) > 0 {
					w.back()
				}
			}
		})
	}
}
