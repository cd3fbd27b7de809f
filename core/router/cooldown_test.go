package router_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestCooldown plays a script: "503" is a call during which a answers so, "429
// 20s" adds its Retry-After, "pass 3s" lets time pass. want is who answers the
// call after it: a, unless it rests.
func TestCooldown(t *testing.T) {
	never := func(l *line) { l.member("a").Cooldown = ptr(time.Duration(0)) }
	for _, c := range []struct {
		name, script, want string
		change             func(l *line)
	}{
		{name: "as many failures as are allowed", script: "503, 503, 503", want: "a"},
		{name: "one more", script: "503, 503, 503, 503", want: "b"},
		{name: "until it has rested", script: "503, 503, 503, 503, pass 4.999s", want: "b"},
		{name: "and no longer", script: "503, 503, 503, 503, pass 5s", want: "a"},
		{name: "failures of a minute ago are forgotten", script: "503, 503, 503, pass 60s, 503", want: "a"},
		{name: "those within the minute are not", script: "503, 503, 503, pass 59s, 503", want: "b"},
		{name: "the count starts again after a rest", script: "503, 503, 503, 503, pass 5s, 503, 503, 503", want: "a"},
		{name: "a rate limit that says how long", script: "429 20s, pass 19s", want: "b"},
		{name: "is kept to", script: "429 20s, pass 20s", want: "a"},
		{name: "one that does not say", script: "429", want: "a"},
		{name: "counts", script: "429, 429, 429, 429", want: "b"},
		{name: "only a rate limit sets the time", script: "503 20s", want: "a"},
		{name: "none allowed", script: "503", change: func(l *line) { l.AllowedFails = 0 }, want: "b"},
		{name: "none allowed of this one", script: "503", change: func(l *line) { l.member("a").AllowedFails = ptr(0) }, want: "b"},
		{name: "its own time", script: "503, 503, 503, 503, pass 29s", change: func(l *line) { l.member("a").Cooldown = ptr(30 * time.Second) }, want: "b"},
		{name: "a time of zero is never", script: "503, 503, 503, 503", change: never, want: "a"},
		{name: "whatever the deployment says", script: "429 20s", change: never, want: "a"},
		{name: "nor when switched off", script: "503, 503, 503, 503", change: func(l *line) { l.Config.Cooldown = 0 }, want: "a"},
		{name: "a wrong request does not count", script: "400, 400, 400, 400, 400", want: "a"},
		{name: "a wrong key does", script: "401, 401, 401, 401", want: "b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := start("m: a b")
			if c.change != nil {
				c.change(l)
			}
			for step := range strings.SplitSeq(c.script, ", ") {
				play(t, l, step)
			}
			l.fresh()
			if from, err := l.ask(call("m")); from != c.want || len(l.tried) != 1 {
				t.Errorf("got %q, %v after trying %q, want %s at once", from, err, l.trail(), c.want)
			}
		})
	}
}

// play does one step of a script.
func play(t *testing.T, l *line, step string) {
	t.Helper()
	what, length, said := strings.Cut(step, " ")
	var d time.Duration
	if said {
		var err error
		if d, err = time.ParseDuration(length); err != nil {
			t.Fatal(err)
		}
	}
	classes := map[string]llm.Class{"503": llm.ServiceUnavailableError, "400": llm.BadRequestError, "401": llm.AuthenticationError, "429": llm.RateLimitError}
	if what == "pass" {
		l.now = l.now.Add(d)
		return
	}
	l.does["a"] = []error{fail(classes[what], d)}
	_, _ = l.ask(call("m")) // b answers, or the request was wrong
}
