package access_test

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/routes"
)

// neighbours are the roles of tenants.tsv, by its columns: those of one tenant.
var neighbours = []string{"plain", "user", "viewer", "lead", "chief", "bob", "service"}

// theirs is what a request names of the other tenant's.
var theirs = regexp.MustCompile(`<([^<>]*)>`)

// absent is an id that nobody has, of the kind of another.
func absent(id string) string {
	switch {
	case strings.HasPrefix(id, "sk-"):
		return "sk-absent-0123456789"
	case strings.HasPrefix(id, "resp_"):
		return "resp_absent"
	case strings.Contains(id, "@"):
		return "absent@example.com"
	case len(id) == 64:
		return people.Hash("sk-absent-0123456789")
	}
	return id + "x" // which a list has in the same place
}

// scrubbed is a reply without what the request itself said, in any of the forms
// that a gateway may say it in, and without what no two replies share.
func scrubbed(a reply, ids []string) string {
	text := a.body
	for _, id := range ids {
		text = strings.NewReplacer(id, "ID", people.KeyHash(id), "ID", "..."+id[max(0, len(id)-4):], "ID").Replace(text)
	}
	return different.ReplaceAllString(text, "DIFFERENT")
}

// different is what two replies to one request do not share: times, random ids
// and new keys.
var different = regexp.MustCompile(`\d{4}-\d\d-\d\dT[^"]*|sk-[\w.-]+|[0-9a-f]{64}|"(created|completed)(_at)?":\d+|resp_\w+`)

// TestEveryRouteIsCrossed: whatever may name something of a tenant's is asked
// for the other's.
func TestEveryRouteIsCrossed(t *testing.T) {
	rows := readRows(t, "tenants.tsv", neighbours)
	served, crossed := map[string]bool{}, routesOf(rows)
	for _, r := range routes.All() {
		name := r.Method + " " + r.Path
		served[name] = true
		if (r.Function == "admin" && r.Access != routes.Open || strings.Contains(r.Path, "/responses/{id}") || strings.Contains(r.Path, "/batch/completions/{id}")) && !crossed[name] {
			t.Errorf("%s has no row: add one to local/access/testdata/tenants.tsv that names something of the other tenant's as <id>, or that lists what it must not have,"+
				" with the status that each of %q must get", name, neighbours)
		}
	}
	for _, r := range rows {
		if !served[r.route()] {
			t.Errorf("%s: %s is no line of core/routes: take the row out, or correct it", r.at, r.route())
		}
	}
}

// TestTenants asks those of one tenant for what is the other's, as tenants.tsv
// has it: nothing of it is told, not even that it is there, and nothing changes.
func TestTenants(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, r := range readRows(t, "tenants.tsv", neighbours) {
		t.Run(r.at+" "+r.route(), func(t *testing.T) {
			for i, who := range neighbours {
				ask := func(rename func(string) string) (reply, []string) {
					var ids []string
					named := func(text string) string {
						return theirs.ReplaceAllStringFunc(w.fill(text, who), func(id string) string {
							id = rename(strings.Trim(id, "<>"))
							ids = append(ids, id)
							return id
						})
					}
					return w.do(keyOf(who), r.verb(), named(r.call), named(r.body)), ids
				}
				a, ids := ask(func(id string) string { return id })
				if a.status != r.want[i].status {
					t.Errorf("%s: %s: got %d %.300s, want %d", r.at, who, a.status, a.body, r.want[i].status)
				}
				if changed := w.store.changed(t); (a.status >= 400 || r.method == "GET") && len(changed) > 0 {
					t.Errorf("%s: %s: got %d, and yet it changed %q", r.at, who, a.status, changed)
				}
				for _, canary := range []string{"canary", "vault", "77.125", "77.25", hex.EncodeToString([]byte("canary"))} {
					if text := scrubbed(a, ids) + fmt.Sprint(a.header); strings.Contains(text, canary) {
						t.Errorf("%s: %s: %q is told: %.600s", r.at, who, canary, text)
					}
				}
				w.back()
				if len(ids) == 0 || r.want[i].taken {
					continue
				}
				b, none := ask(absent)
				if got, want := scrubbed(a, ids), scrubbed(b, none); a.status != b.status || got != want {
					t.Errorf("%s: %s: what is somebody else's gets\n%d %.400s\nand what nobody has gets\n%d %.400s", r.at, who, a.status, got, b.status, want)
				}
				w.back()
			}
		})
	}
}

// TestCanariesAreThere: what TestTenants looks for in vain is told to who may
// know it.
func TestCanariesAreThere(t *testing.T) {
	w := newTown(t)
	today := w.fill("start_date={today}&end_date={today}", "master")
	for path, canaries := range map[string][]string{
		"/team/info?team_id=blue":                                      {"canary-team", "canary-team-note", "canary-model", "canary-key-note"},
		"/organization/info?organization_id=rival":                     {"canary-organization", "canary-organization-note"},
		"/user/info?user_id=sam":                                       {"canary-sam@example.com", "canary-own-key"},
		"/project/info?project_id=dam":                                 {"canary-project", "canary-project-text"},
		"/customer/info?end_user_id=dora":                              {"canary-customer"},
		"/tag/list":                                                    {"canary-tag"},
		"/budget/list":                                                 {"77.125"},
		"/key/info?key=sk-sam-0123456789":                              {"canary-key", "77.25"},
		"/v1/access_group":                                             {"canary-group", "canary-group-model"},
		"/credentials":                                                 {"canary-credential-note"},
		"/spend/logs/v2?" + today:                                      {"canary-session", "canary-tag-of-sam", "dora"},
		"/global/spend/all_tag_names":                                  {"canary-tag-of-sam"},
		"/global/spend/report?group_by=team&" + today:                  {"canary-team"},
		"/team/daily/activity?team_ids=blue&" + today:                  {"canary-team"},
		"/organization/daily/activity?organization_ids=rival&" + today: {"canary-organization"},
	} {
		a := w.do(master, "GET", path, "")
		for _, canary := range canaries {
			if !strings.Contains(a.body, canary) {
				t.Errorf("%s: got %d %.300s, want %s in it", path, a.status, a.body, canary)
			}
		}
	}
}
