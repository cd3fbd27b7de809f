package access_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/embedded"
)

// TestCVE_2024_5710: whoever has a key makes, changes, sees, deletes, blocks and
// unblocks teams, and adds and removes their members.
// https://nvd.nist.gov/vuln/detail/CVE-2024-5710
func TestCVE_2024_5710(t *testing.T) {
	w := newTown(t)
	for _, request := range []string{
		`POST /team/new {"team_alias":"mine"}`, `POST /team/update {"team_id":"red","max_budget":1000}`, `POST /team/delete {"team_ids":["red"]}`,
		`GET /team/info?team_id=red`, `POST /team/block {"team_id":"red"}`, `POST /team/unblock {"team_id":"red"}`,
		`POST /team/member_add {"team_id":"red","member":{"role":"admin","user_id":"eve"}}`, `POST /team/member_delete {"team_id":"red","user_id":"lead"}`,
	} {
		f := append(strings.SplitN(request, " ", 3), "")
		for _, who := range []string{"plain", "stranger"} {
			w.refused(t, who+": "+request, w.do(keyOf(who), f[0], f[1], f[2]), 403, 404)
		}
	}
}

// SQL that has been put where keys and ids are.
var injections = []string{
	`' OR 1=1; --`, `sk-' OR '1'='1`, `sk-x' UNION SELECT * FROM items; --`, `sk-x'; DROP TABLE items; --`, `sk-x'||(SELECT body FROM items LIMIT 1)||'`,
	`sk-x') OR 1=1 --`, `x' AND (SELECT 1 FROM pg_sleep(3)) IS NOT NULL --`, `x"; DELETE FROM items; --`, `T#red' OR sk='#`,
}

// kept is a town in SQLite, and all that its owner can list of it.
func kept(t *testing.T) (w *town, lists func() string) {
	t.Helper()
	in, err := embedded.Open(filepath.Join(t.TempDir(), "store.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	w = newTown(t, func(o *all.Options) { o.Store = in })
	return w, func() string {
		text := ""
		for _, path := range []string{"/key/list?size=100", "/team/list", "/user/list", "/organization/list", "/customer/list", "/credentials", "/project/list"} {
			text += w.do(master, "GET", path, "").body + "\n"
		}
		return text
	}
}

// TestCVE_2026_42208 (GHSA-r75f-5x8p-qvmc): a key that nobody has is a part of
// the SQL that looks for it.
// https://nvd.nist.gov/vuln/detail/CVE-2026-42208
func TestCVE_2026_42208(t *testing.T) {
	w, lists := kept(t)
	before := lists()
	for _, attack := range injections {
		for _, header := range []string{"Authorization: Bearer " + attack, "Authorization: " + attack, "X-Litellm-Api-Key: " + attack, "X-Api-Key: " + attack, "Api-Key: " + attack} {
			begun := time.Now()
			a := w.do("", "POST", "/chat/completions", `{"model":"main",`+hello+`}`, header)
			if took := time.Since(begun); a.status != 401 || took > 20*time.Second {
				t.Errorf("%s: got %d %.300s after %v, want it to be nobody's key, at once", header, a.status, a.body, took)
			}
		}
		// The same where a key is named by one who has a key.
		for _, path := range []string{"/key/info?key=" + url.QueryEscape(attack), "/key/list?key_alias=" + url.QueryEscape(attack), "/key/list?key_hash=" + url.QueryEscape(attack)} {
			if a := w.do(keyOf("user"), "GET", path, ""); a.status >= 500 || strings.Contains(a.body, "sk-...") {
				t.Errorf("%s: got %d %.300s, want nothing found", path, a.status, a.body)
			}
		}
	}
	if after := lists(); after != before {
		t.Errorf("got %s\nwant what was there before: %s", after, before)
	}
}

// TestCVE_2024_4890: an id in /team/update is a part of the SQL that looks for
// it.
// https://nvd.nist.gov/vuln/detail/CVE-2024-4890
func TestCVE_2024_4890(t *testing.T) {
	w, lists := kept(t)
	before := lists()
	for _, attack := range injections {
		id := fmt.Sprintf("%q", attack)
		for _, body := range []string{`{"team_id":` + id + `,"team_alias":"x"}`, `{"team_id":` + id + `,"blocked":true}`} {
			if a := w.do(keyOf("user"), "POST", "/team/update", body); a.status != 404 {
				t.Errorf("%s: got %d %.300s, want no such team", body, a.status, a.body)
			}
			if a := w.do(master, "POST", "/team/update", body); a.status != 404 {
				t.Errorf("master: %s: got %d %.300s, want no such team", body, a.status, a.body)
			}
		}
		for _, path := range []string{"/team/info?team_id=", "/user/info?user_id=", "/customer/info?end_user_id=", "/project/info?project_id=", "/organization/info?organization_id="} {
			if a := w.do(master, "GET", path+url.QueryEscape(attack), ""); a.status != 404 {
				t.Errorf("%s%s: got %d %.300s, want nothing found", path, attack, a.status, a.body)
			}
		}
	}
	if after := lists(); after != before {
		t.Errorf("got %s\nwant what was there before: %s", after, before)
	}
}

// TestCVE_2024_5225: the key that /global/spend/logs is asked about is a part of
// its SQL. The same is tried of all that reports and lists are asked about.
// https://nvd.nist.gov/vuln/detail/CVE-2024-5225
func TestCVE_2024_5225(t *testing.T) {
	w, lists := kept(t)
	before := lists()
	for _, attack := range injections {
		const dates = "start_date=2026-01-01&end_date=2026-02-01&"
		for _, path := range []string{
			"/global/spend/logs?api_key=", "/spend/logs?api_key=", "/spend/logs?request_id=", "/spend/logs?user_id=", "/spend/logs?team_id=",
			"/global/spend/report?" + dates + "internal_user_id=", "/global/spend/report?" + dates + "team_id=", "/global/spend/report?" + dates + "customer_id=",
			"/tag/daily/activity?" + dates + "tags=", "/key/list?user_id=", "/key/list?team_id=", "/team/list?user_id=",
		} {
			for _, who := range []string{"user", "master"} {
				a := w.do(keyOf(who), "GET", path+url.QueryEscape(attack), "")
				if a.status >= 500 || strings.Contains(a.body, "sk-...") || strings.Contains(a.body, "vault") {
					t.Errorf("%s: %s%s: got %d %.300s, want nothing found", who, path, attack, a.status, a.body)
				}
			}
		}
	}
	if after := lists(); after != before {
		t.Errorf("got %s\nwant what was there before: %s", after, before)
	}
}

// TestGHSA_69x8_hrgq_fjj8: hashes are shown to those who may see little, and are
// as good as what they were made of.
// https://github.com/BerriAI/litellm/security/advisories/GHSA-69x8-hrgq-fjj8
func TestGHSA_69x8_hrgq_fjj8(t *testing.T) {
	w := newTown(t)
	for _, key := range []string{keyOf("admin"), keyOf("bob"), master} {
		hash := people.Hash(key)
		for _, as := range []string{hash, "sk-" + hash, strings.ToUpper(hash), "Bearer " + hash} {
			if a := w.do(as, "GET", "/user/list", ""); a.status != 401 {
				t.Errorf("%s: got %d %.200s, want the hash of a key to be no key", as, a.status, a.body)
			}
		}
	}
	for _, path := range []string{"/user/info", "/user/info?user_id=bob", "/user/list", "/team/info?team_id=red"} {
		if a := w.do(keyOf("admin"), "GET", path, ""); strings.Contains(a.body, "password") {
			t.Errorf("%s: got %s, want no password", path, a.body)
		}
	}
	for _, request := range []string{`/user/new {"user_id":"new","password":"hunter22"}`, `/user/update {"user_id":"bob","password":"hunter22"}`} {
		path, body, _ := strings.Cut(request, " ")
		w.refused(t, request, w.do(master, "POST", path, body), 400)
	}
	w.refused(t, "login with a hash", w.do("", "POST", "/login", "username=admin&password="+people.Hash(master)), 404)
}

// TestCVE_2026_47101 (GHSA-qrc4-49gv-mv9m): a user's key is given routes that
// the user has not, and they open what is for administrators.
// https://nvd.nist.gov/vuln/detail/CVE-2026-47101
func TestCVE_2026_47101(t *testing.T) {
	w := newTown(t)
	w.must("POST", "/key/generate", `{"key":"sk-narrow-0123456789","user_id":"ann","allowed_routes":["/key/generate","/key/update","/key/regenerate"]}`)
	w.store.mark(t)
	for _, routes := range []string{`["/*"]`, `["*"]`, `["/user/new","/user/update","/chat/completions"]`, `["management_routes"]`, `["llm_api_routes"]`, `["/key"]`, `["/user"]`} {
		// Who has some routes gives no others.
		for _, request := range []string{
			`/key/generate {"allowed_routes":` + routes + `}`, `/key/update {"key":"sk-narrow-0123456789","allowed_routes":` + routes + `}`,
			`/key/regenerate {"key":"sk-narrow-0123456789","allowed_routes":` + routes + `}`, `/key/update {"key":"sk-user-0123456789","allowed_routes":` + routes + `}`,
		} {
			path, body, _ := strings.Cut(request, " ")
			w.refused(t, request, w.do("sk-narrow-0123456789", "POST", path, body), 403)
		}
		// Who has all routes of a user gives them, and none of an administrator's.
		a := w.do(keyOf("user"), "POST", "/key/generate", `{"allowed_routes":`+routes+`}`)
		var made struct{ Key string }
		if err := json.Unmarshal([]byte(a.body), &made); err != nil {
			t.Fatal(err)
		}
		w.store.mark(t)
		for _, request := range []string{`/user/new {"user_id":"new"}`, `/user/update {"user_id":"ann","user_role":"proxy_admin"}`, `/team/new {"team_alias":"x"}`, `/credentials {"credential_name":"x","credential_values":{"a":"b"}}`, `/model/new {"model_name":"x","litellm_params":{"model":"openai/x"}}`} {
			path, body, _ := strings.Cut(request, " ")
			w.refused(t, routes+": "+request, w.do(made.Key, "POST", path, body), 401, 403)
		}
	}
}

// TestCVE_2026_47102: who may change itself makes itself an administrator.
// https://nvd.nist.gov/vuln/detail/CVE-2026-47102
func TestCVE_2026_47102(t *testing.T) {
	w := newTown(t)
	for _, who := range []string{"user", "viewer", "lead", "chief", "auditor"} {
		for _, body := range []string{
			`{"user_id":"{me}","user_role":"proxy_admin"}`, `{"user_id":"{me}","user_email":"x@example.com","user_role":"proxy_admin"}`, `{"user_id":"{me}","user_role":"proxy_admin","max_budget":null}`,
		} {
			w.refused(t, who+": "+body, w.do(keyOf(who), "POST", "/user/update", w.fill(body, who)), 403)
		}
		w.refused(t, who+": in bulk", w.do(keyOf(who), "POST", "/user/bulk_update", w.fill(`{"users":[{"user_id":"{me}","user_role":"proxy_admin"}]}`, who)), 403, 404)
		w.refused(t, who+": then", w.do(keyOf(who), "POST", "/user/new", `{"user_id":"new"}`), 403)
	}
}

// TestCVE_2026_12770: an internal user blocks, and unblocks, anybody's key.
// https://nvd.nist.gov/vuln/detail/CVE-2026-12770
func TestCVE_2026_12770(t *testing.T) {
	w := newTown(t)
	for _, key := range []string{keyOf("admin"), keyOf("bob"), keyOf("blocked"), people.Hash(keyOf("admin")), keyOf("user"), master} {
		for _, path := range []string{"/key/block", "/key/unblock"} {
			w.refused(t, path+" "+key, w.do(keyOf("user"), "POST", path, `{"key":"`+key+`"}`), 403, 404)
		}
	}
}

// TestCVE_2025_0628: the key of who may only look does what an administrator's
// does.
// https://nvd.nist.gov/vuln/detail/CVE-2025-0628
func TestCVE_2025_0628(t *testing.T) {
	w := newTown(t)
	for _, request := range []string{
		`GET /users/list`, `GET /users/get_users`, `GET /user/list`, `GET /audit`, `GET /credentials`, `POST /user/new {"user_id":"new"}`,
		`POST /key/generate {}`, `POST /user/update {"user_id":"iva","user_role":"proxy_admin"}`, `POST /team/new {"team_alias":"x"}`,
	} {
		f := append(strings.SplitN(request, " ", 3), "")
		w.refused(t, request, w.do(keyOf("viewer"), f[0], f[1], f[2]), 403, 404)
	}
}
