package access_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// row is a line of a table: a request, and what each role is answered.
type row struct {
	at           string // file:line
	method, path string // as the route table has them
	call, body   string // the request
	want         []cell
}

// cell is what a role must get.
type cell struct {
	status int
	taken  bool // and it may be told that a name is taken
}

// route is what a row's route is called in the route table.
func (r row) route() string { return r.method + " " + r.path }

// verb is the method of its request.
func (r row) verb() string {
	if r.method == routes.Any {
		return "POST"
	}
	return r.method
}

// readRows reads a table of testdata with a column for each role.
func readRows(t *testing.T, name string, roles []string) []row {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for i, line := range strings.Split(string(text), "\n") {
		at := name + ":" + strconv.Itoa(i+1)
		f := strings.Split(line, "\t")
		switch {
		case line == "" || line[0] == '#':
			continue
		case f[0] == "method":
			if want := "method path call body " + strings.Join(roles, " "); strings.Join(f, " ") != want {
				t.Fatalf("%s: got the columns %q, want %s", at, f, want)
			}
			continue
		case len(f) != 4+len(roles):
			t.Fatalf("%s: got %d columns, want method, path, call, body and a status for each of %q", at, len(f), roles)
		}
		r := row{at: at, method: f[0], path: f[1], call: f[2], body: strings.NewReplacer(`\r`, "\r", `\n`, "\n").Replace(f[3])}
		if r.call == "=" {
			r.call = r.path
		}
		if r.body == "-" {
			r.body = ""
		}
		for _, status := range f[4:] {
			digits, taken := strings.CutSuffix(status, "!")
			n, err := strconv.Atoi(digits)
			if err != nil {
				t.Fatalf("%s: %v", at, err)
			}
			r.want = append(r.want, cell{n, taken})
		}
		rows = append(rows, r)
	}
	return rows
}

// routesOf are the routes that rows are about.
func routesOf(rows []row) map[string]bool {
	all := map[string]bool{}
	for _, r := range rows {
		all[r.route()] = true
	}
	return all
}
