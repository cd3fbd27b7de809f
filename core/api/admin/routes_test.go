package admin_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/api/admin"
)

// asked is a request of testdata with its reply.
type asked struct{ who, method, path, body, status, reply string }

func requests(t *testing.T) []asked {
	t.Helper()
	files, err := filepath.Glob("testdata/*.http")
	if err != nil {
		t.Fatal(err)
	}
	var all []asked
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSuffix(line, "\n")
			if rest, ok := strings.CutPrefix(line, "> "); ok {
				f := append(strings.SplitN(rest, " ", 4), "", "", "")
				all = append(all, asked{who: f[0], method: f[1], path: f[2], body: f[3]})
			}
			if rest, ok := strings.CutPrefix(line, "< "); ok && len(all) > 0 {
				f := append(strings.SplitN(rest, " ", 3), "", "")
				all[len(all)-1].status, all[len(all)-1].reply = f[0], f[2]
			}
		}
	}
	return all
}

// again are the paths that lead to the same handlers as others.
var again = strings.NewReplacer("/end_user/", "/customer/", "/v1/unified_access_group", "/v1/access_group")

// TestEveryRoute: each route is asked for what it does, for what it refuses,
// and by somebody who is no administrator, in testdata.
func TestEveryRoute(t *testing.T) {
	mux := http.NewServeMux()
	for pattern := range (&admin.Handler{}).Routes() {
		mux.Handle(pattern, http.NotFoundHandler())
	}
	type seen struct{ done, refused, others bool }
	found := map[string]*seen{}
	for _, a := range requests(t) {
		r, err := http.NewRequest(a.method, a.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, pattern := mux.Handler(r)
		pattern = again.Replace(pattern)
		if found[pattern] == nil {
			found[pattern] = &seen{}
		}
		s := found[pattern]
		s.done = s.done || a.status[0] == '2'
		s.refused = s.refused || a.status[0] == '4'
		s.others = s.others || a.who != "root"
	}
	harmless := map[string]bool{ // there is nothing to refuse
		"GET /team/available": true, "GET /user/available_roles": true, "POST /key/health": true, "GET /key/aliases": true,
		"GET /organization/list": true, "GET /project/list": true,
	}
	for pattern := range (&admin.Handler{}).Routes() {
		if again.Replace(pattern) != pattern {
			continue
		}
		s := found[pattern]
		switch {
		case s == nil:
			t.Errorf("%s is never asked", pattern)
		case !s.done, !s.refused && !harmless[pattern], !s.others:
			t.Errorf("%s: got done %v, refused %v, by others than root %v, want each", pattern, s.done, s.refused, s.others)
		}
	}
}

// TestSecretsStay: a key is in the replies that issue one, and in no other; a
// credential's values are in none; neither is in the log.
func TestSecretsStay(t *testing.T) {
	issues := regexp.MustCompile(`^/key/(service-account/)?generate$|^/key/(.*/)?regenerate$|^/user/new$`)
	secret := regexp.MustCompile(`sk-[A-Za-z0-9_-]{10,}|canary-secret|nonsense-that-may-be-a-secret|hunter2`)
	for _, a := range requests(t) {
		path, _, _ := strings.Cut(a.path, "?")
		if found := secret.FindString(a.reply); found != "" && !issues.MatchString(path) {
			t.Errorf("%s %s: got the secret %s in the reply %s", a.method, a.path, found, a.reply)
		}
	}
	g := newGateway(t)
	for _, a := range requests(t) {
		g.do(a.who, a.method, a.path, a.body)
	}
	if found := secret.FindString(g.log.String()); found != "" || g.log.Len() == 0 {
		t.Errorf("got the secret %q in a log of %d bytes", found, g.log.Len())
	}
}

// FuzzBody: whatever a request says, the gateway answers it and does not fail.
func FuzzBody(f *testing.F) {
	for i, a := range []string{
		`{"keys":["a",7]}`, `{"metadata":{"tags":[1]}}`, `{"member":[{"role":"user"},[]]}`, `{"team_id":"red","member":{"role":{}}}`,
		`{"max_budget":"","spend":"x"}`, `{"teams":[{"team_id":7},null]}`, `{"key":"sk-ann-0123456789","reset_to":1e400}`, `[]`, ``,
	} {
		f.Add(uint8(i), a)
	}
	paths := []string{
		"/key/generate", "/key/update", "/key/bulk_update", "/key/delete", "/key/sk-ann-0123456789/reset_spend", "/key/sk-ann-0123456789/regenerate",
		"/v2/key/info", "/team/new", "/team/update", "/team/member_add", "/team/bulk_member_add", "/team/member_update", "/team/model/add", "/user/new",
		"/user/update", "/budget/new", "/customer/new", "/customer/block", "/tag/new", "/organization/new", "/organization/member_add", "/project/new",
		"/v1/access_group", "/credentials",
	}
	f.Fuzz(func(t *testing.T, at uint8, body string) {
		g := newGateway(t)
		g.do("root", "POST", "/team/new", `{"team_id":"red"}`)
		g.do("root", "POST", "/key/generate", `{"key":"sk-ann-0123456789","user_id":"ann"}`)
		status, reply := g.do("root", "POST", paths[int(at)%len(paths)], body)
		if status >= 500 {
			t.Errorf("%s: got %d %s", paths[int(at)%len(paths)], status, reply)
		}
	})
}
