package jwt_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/jwt"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestIdentities runs testdata/identities: each file is a configuration, claims
// and who they are: a new case is a new file.
func TestIdentities(t *testing.T) {
	d := newDesk(t)
	files, err := filepath.Glob("testdata/identities/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatal(err, len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range txtar.Parse(b).Files {
				parts[f.Name] = strings.TrimSpace(string(f.Data))
			}
			issued := !strings.Contains(parts["config.yaml"], "nobody is known by name")
			i, err := jwt.Of(d.read(t, parts["claims"], issued), rules(t, parts["config.yaml"]))
			if got := shown(t, i, err); got != parts["identity"] {
				t.Errorf("got\n%s\nwant\n%s", got, parts["identity"])
			}
		})
	}
}

// rules are those of a configuration's general_settings.
func rules(t *testing.T, yaml string) *config.JWT {
	t.Helper()
	env := map[string]string{"JWT_PUBLIC_KEY_URL": "https://id.example/jwks", "JWT_ISSUER": "https://id.example", "JWT_AUDIENCE": "gateway"}
	text := "general_settings:\n  enable_jwt_auth: true\n" + "  " + strings.ReplaceAll(yaml, "\n", "\n  ") + "\n"
	c, problems, err := config.Parse("config.yaml", []byte(text), config.Options{Strict: true, Lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok }})
	if err != nil {
		t.Fatal(problems)
	}
	return c.JWT
}

// shown is an identity as JSON, without what says nothing, or why there is none.
func shown(t *testing.T, i *jwt.Identity, err error) string {
	t.Helper()
	var refusal *llm.Error
	if errors.As(err, &refusal) {
		return refusal.Class.Error() + ": " + refusal.Message
	}
	if len(i.Holder) != 64 {
		t.Errorf("got a holder of %d digits, want 64", len(i.Holder))
	}
	b, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	delete(all, "Holder")
	for name, v := range all {
		if v == nil || v == "" || v == false {
			delete(all, name)
		}
	}
	b, err = json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestHolder: the provider's subject stays the same holder whatever else a token
// says, and nobody else is it.
func TestHolder(t *testing.T) {
	d := newDesk(t)
	r := rules(t, "litellm_jwtauth: {user_id_jwt_field: name, team_ids_jwt_field: groups}")
	holder := func(claims string) string {
		i, err := jwt.Of(d.read(t, claims, true), r)
		if err != nil {
			t.Fatal(err)
		}
		return i.Holder
	}
	ann := holder(`{"iss":"a","sub":"ann","name":"x","groups":["g"]}`)
	for claims, same := range map[string]bool{
		`{"iss":"a","sub":"ann","name":"y","groups":["h"],"exp":1}`: true, `{"iss":"a","sub":"bob","name":"x","groups":["g"]}`: false,
		`{"iss":"b","sub":"ann","name":"x","groups":["g"]}`: false, `{"iss":"a","name":"x","groups":["g"]}`: false, `{"iss":"a\" \"ann","sub":"","name":"x"}`: false,
	} {
		if (holder(claims) == ann) != same {
			t.Errorf("%s: got the same holder as ann's: %v, want %v", claims, !same, same)
		}
	}
	if holder(`{"name":"x"}`) == holder(`{"name":"y"}`) {
		t.Error("two users without a subject are one holder")
	}
}
