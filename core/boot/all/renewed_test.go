package all_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/memory"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
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

// TestRenewMeanwhile: who has a configuration read again does not take back one
// that another names at the same time.
func TestRenewMeanwhile(t *testing.T) {
	kept := memory.New(time.Now)
	if _, err := all.Mark(t.Context(), kept, []all.File{{Key: "old.yaml"}}); err != nil {
		t.Fatal(err)
	}
	net := faults.New(kept)
	named := ""
	net.At = func(p faults.Point) { // the last moment before it is written
		if p.Op != faults.Write || p.After {
			return
		}
		var err error
		if named, err = all.Mark(t.Context(), kept, []all.File{{Key: "new.yaml"}}); err != nil {
			t.Error(err)
		}
	}
	if err := all.Renew(t.Context(), net, "v2"); err != nil {
		t.Fatal(err)
	}
	got, err := people.ReadMarks(t.Context(), kept)
	if err != nil || !strings.Contains(got.Source, "new.yaml") || got.Config == named || got.Config == "" {
		t.Errorf("got %+v, %v, want new.yaml by another name than %s", got, err, named)
	}
}
