package boot_test

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/providers/providertest/upstream"
)

const eight = "alpha bravo charlie delta echo foxtrot golf hotel"

// trio is a group of three deployments, of which the first always gets the
// first try, and a fallback group. Each deployment is a line of parameters.
func trio(first, second, third, spare string) string {
	return fmt.Sprintf(`
model_list:
  - {model_name: main, litellm_params: {%s, weight: 1}, model_info: {id: first}}
  - {model_name: main, litellm_params: {%s, weight: 0}, model_info: {id: second}}
  - {model_name: main, litellm_params: {%s, weight: 0}, model_info: {id: third}}
  - {model_name: spare, litellm_params: {%s}, model_info: {id: spare}}
router_settings:
  fallbacks: [{main: [spare]}]
`, first, second, third, spare)
}

// at is a deployment of the fake upstream that behaves as a scenario.
func at(scenario string) string {
	return "model: openai/" + scenario + ", api_base: $UP, api_key: sk-upstream"
}

const down = "model: openai/text, api_base: $DOWN, api_key: sk-upstream"

// faults are the ways in which a deployment fails before a caller got content.
var faults = []struct{ name, deployment, streams string }{
	{"connection refused", down, "both"},
	{"rate limited", at("429"), "both"},
	{"overloaded", at("503"), "both"},
	{"wrong key", at("401"), "both"},
	{"timing out", at("never") + ", timeout: 0.1", "both"},
	{"reset before the status", at("reset"), "both"},
	{"reset before content", at("reset-first"), "both"},
	{"cut before content", at("cut-first"), "both"},
	{"error event before content", at("overload"), "both"},
	{"page instead of an answer", at("html"), "both"},
	{"error page", at("html-502"), "both"},
	{"garbage", at("garbage"), "both"},
	{"nothing", at("empty"), "both"},
	{"redirect elsewhere", at("redirect"), "both"},
	{"endless", at("endless"), "stream"},
	{"cut in the middle", at("cut"), "plain"},
	{"reset in the middle", at("reset-late"), "plain"},
}

// each runs a test for every fault, plain and streamed where it applies.
func each(t *testing.T, test func(t *testing.T, deployment string, stream bool)) {
	for _, f := range faults {
		for _, mode := range []string{"plain", "stream"} {
			if f.streams != "both" && f.streams != mode {
				continue
			}
			t.Run(f.name+"/"+mode, func(t *testing.T) { test(t, f.deployment, mode == "stream") })
		}
	}
}

// whole checks that an answer is complete, whichever deployment gave it.
func whole(t *testing.T, a answer, stream bool) {
	t.Helper()
	if a.status != 200 || a.err != nil || a.text() != eight {
		t.Fatalf("got %d, %q, %v, want the whole answer", a.status, a.body, a.err)
	}
	if done := strings.Count(a.body, "[DONE]"); stream && (done != 1 || !strings.HasSuffix(a.body, "data: [DONE]\n\n")) {
		t.Errorf("got %d [DONE], want one at the end", done)
	}
}

// TestNextDeployment: the first deployment fails, another of the group answers.
func TestNextDeployment(t *testing.T) {
	each(t, func(t *testing.T, deployment string, stream bool) {
		h := open(t, trio(deployment, at("text"), at("text"), at("404")))
		a := h.post(t, "main", stream, "")
		whole(t, a, stream)
		if got := a.header.Get("X-Litellm-Attempted-Retries"); got != "1" {
			t.Errorf("got %s retries, want 1", got)
		}
		if id := a.header.Get("X-Litellm-Model-Id"); id != "second" && id != "third" {
			t.Errorf("got an answer of %q, want second's or third's", id)
		}
		if strings.Contains(h.asked(), "404") {
			t.Error("the fallback group was asked")
		}
	})
}

// TestFallbackGroup: all of the group fail, the fallback group answers.
func TestFallbackGroup(t *testing.T) {
	each(t, func(t *testing.T, deployment string, stream bool) {
		h := open(t, trio(deployment, down, at("503"), at("text"))+"  num_retries: 2\n")
		a := h.post(t, "main", stream, "")
		whole(t, a, stream)
		if got := a.header.Get("X-Litellm-Attempted-Fallbacks"); got != "1" {
			t.Errorf("got %s fallbacks, want 1", got)
		}
		if got := a.header.Get("X-Litellm-Model-Id"); got != "spare" {
			t.Errorf("got an answer of %q, want spare's", got)
		}
	})
}

// TestAllFail: the caller learns about the group it asked for, and nothing of
// how the gateway is set up.
func TestAllFail(t *testing.T) {
	for _, stream := range []bool{false, true} {
		h := open(t, trio(at("429"), down, down, at("500")))
		a := h.post(t, "main", stream, `"num_retries":0,`)
		e := a.failure(t)
		if a.status != 429 || e.Code != "429" || !strings.HasPrefix(e.Message, "RateLimitError: openai - Rate limit reached") {
			t.Errorf("stream %v: got %d, %+v, want the first deployment's 429", stream, a.status, e)
		}
		if got := a.header.Get("Retry-After"); got != "20" {
			t.Errorf("stream %v: got Retry-After %q, want 20", stream, got)
		}
		if strings.Contains(a.body, "spare") || strings.Contains(a.body, h.URL) {
			t.Errorf("stream %v: the error tells of the configuration: %s", stream, a.body)
		}
	}
}

// TestBreaksAfterContent: what was sent cannot be taken back, so nobody else is
// tried, and a caller must not take the half for the whole.
func TestBreaksAfterContent(t *testing.T) {
	for _, scenario := range []string{"cut", "reset-late", "overload-late", "garbage-late"} {
		t.Run(scenario, func(t *testing.T) {
			h := open(t, trio(at(scenario), at("text"), at("text"), at("text")))
			a := h.post(t, "main", true, "")
			if a.status != 200 || a.text() != "alpha bravo" {
				t.Errorf("got %d, %q, want 200 and what came before the break", a.status, a.text())
			}
			if e := a.failure(t); e.Message == "" || e.Code == "" {
				t.Errorf("got the error event %+v, want its message and code", e)
			}
			if strings.Contains(a.body, "[DONE]") || strings.Contains(a.body, `"stop"`) {
				t.Errorf("got a false end: %s", a.body)
			}
			if got := h.asked(); got != scenario {
				t.Errorf("the upstream was asked for %q, want %q once", got, scenario)
			}
			if log := h.log.String(); !strings.Contains(log, `"class":"`) || strings.Count(log, "\n") != 1 {
				t.Errorf("got the log %q, want one line with a class", log)
			}
		})
	}
}

// TestMissingTerminator: a stream whose choices all finished is whole.
func TestMissingTerminator(t *testing.T) {
	h := open(t, trio(at("cut-last"), down, down, down))
	whole(t, h.post(t, "main", true, ""), true)
}

// TestSilenceAfterContent: a stream that stalls ends in a Timeout.
func TestSilenceAfterContent(t *testing.T) {
	h := open(t, trio(at("hold-never")+", stream_timeout: 0.2", at("text"), at("text"), at("text")))
	a := h.post(t, "main", true, "")
	if e := a.failure(t); e.Code != "408" || a.text() != "alpha" || strings.Contains(a.body, "[DONE]") {
		t.Errorf("got %q, want the first word and then a Timeout", a.body)
	}
}

// TestEventsPassAtOnce: the upstream holds its second word back until the
// caller has the first.
func TestEventsPassAtOnce(t *testing.T) {
	h := open(t, trio(at("hold-token"), down, down, down))
	res, err := h.send(t.Context(), "POST", "/v1/chat/completions", chatBody("main", `"stream":true,`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	in := bufio.NewReader(res.Body)
	for data := ""; !strings.Contains(data, "alpha"); {
		if data, err = next(in); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(data, "bravo") {
			t.Fatal("the second word came before the first")
		}
	}
	h.Release("token")
	for data := ""; data != "[DONE]"; {
		if data, err = next(in); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCallerLeaves: a caller who goes away takes the upstream call along.
func TestCallerLeaves(t *testing.T) {
	for _, c := range []struct {
		name, scenario string
		stream         bool
	}{
		{"plain, waiting", "never", false},
		{"stream, before the first event", "never", true},
		{"stream, amid events", "pace-1000-20ms", true},
		{"stream, amid silence", "hold-token", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t, trio(at(c.scenario), at("text"), at("text"), at("text")))
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			done := make(chan struct{})
			mode := fmt.Sprintf(`"stream":%v,`, c.stream)
			go func() {
				defer close(done)
				res, err := h.send(ctx, "POST", "/v1/chat/completions", chatBody("main", mode))
				if err != nil {
					return
				}
				defer res.Body.Close()
				in := bufio.NewReader(res.Body)
				for err == nil {
					_, err = next(in)
				}
			}()
			limit, stop := context.WithTimeout(t.Context(), 10*time.Second)
			defer stop()
			if _, err := h.Await(limit, func(e upstream.Exchange) bool { return c.scenario == "never" || e.Events > 1 }); err != nil {
				t.Fatal("the call did not reach the upstream")
			}
			left := time.Now()
			leave()
			<-done
			e, err := h.Await(limit, func(e upstream.Exchange) bool { return !e.Left.IsZero() })
			if err != nil {
				t.Fatal("the upstream did not see the caller leave")
			}
			if took := e.Left.Sub(left); took > time.Second {
				t.Errorf("the upstream call ended %v after the caller left, want a second at most", took)
			}
			if got := h.asked(); got != c.scenario {
				t.Errorf("the upstream was asked for %q, want only %q: nobody is there for a second try", got, c.scenario)
			}
		})
	}
}
