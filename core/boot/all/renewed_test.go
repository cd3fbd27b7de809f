package all_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/people"
)

// TestRenewed: a secret that cannot be read again is what it was, which is told
// and left to be tried again.
func TestRenewed(t *testing.T) {
	c := inCloud(t)
	c.secret = `{"REGION":"eu"}`
	c.put("config/config.yaml", model("one"))
	setup, _, err := all.Load(inBucket("PRIMARY_SECRET_NAME=prod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ secret, setting, says string }{
		{"", "eu", "read secret secretsmanager/prod again"},
		{`{"REGION":"us"}`, "us", ""},
	} {
		c.mu.Lock()
		c.secret = step.secret
		c.mu.Unlock()
		next, problems, err := setup.Again(t.Context(), people.Marks{})
		if err != nil {
			t.Fatal(err)
		}
		credential, setting := next.Variable("REGION")
		if credential != "secretsmanager/prod#REGION" || setting != step.setting {
			t.Errorf("got %q and %q, want a reference and %s", credential, setting, step.setting)
		}
		if got := fmt.Sprint(problems); !strings.Contains(got, step.says) || step.says == "" && len(problems) > 0 {
			t.Errorf("got the problems %s, want %q", got, step.says)
		}
	}
}

// TestTakenAway: a configuration that is in force is not replaced by the demo when
// it can be seen no more, and one that was never there may come.
func TestTakenAway(t *testing.T) {
	for _, missing := range []int{403, 404} {
		c := inCloud(t)
		c.missing = missing
		setup, _, err := all.Load(inBucket())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := setup.Again(t.Context(), people.Marks{}); err != nil {
			t.Errorf("%d: got %v as long as there is none, want the demo", missing, err)
		}
		c.put("config/config.yaml", model("one"))
		if _, _, err := setup.Again(t.Context(), people.Marks{}); err != nil {
			t.Errorf("%d: got %v, want the configuration", missing, err)
		}
		c.mu.Lock()
		clear(c.objects)
		c.mu.Unlock()
		if _, _, err := setup.Again(t.Context(), people.Marks{}); err == nil {
			t.Errorf("%d: a configuration was replaced by none", missing)
		}
	}
}
