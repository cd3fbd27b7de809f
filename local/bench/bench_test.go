package main

import (
	"bytes"
	"context"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// The program starts itself in other roles, and the test binary does too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "upstream" || os.Args[1] == "baseline") {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// The same proxy on both sides costs the same: what this program says of a
// gateway is then the gateway's doing. The bounds are wide, for a busy machine.
func TestBaselineAgainstItself(t *testing.T) {
	var out bytes.Buffer
	few := append(scenes()[:4], scenes()[len(scenes())-1]) // of another vendor, one stream and one large request
	p := plan{length: 300 * time.Millisecond, rounds: 1, limit: 2, scenes: few}
	if err := compare(t.Context(), &out, p); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if rows := lines[len(lines)-len(few):]; len(lines) <= len(rows) {
		t.Fatalf("got %d lines, want a head and %d rows:\n%s", len(lines), len(rows), &out)
	}
	for _, row := range lines[len(lines)-len(few):] {
		fields := strings.Fields(row)
		ratio, err := strconv.ParseFloat(strings.TrimSuffix(fields[len(fields)-1], "x"), 64)
		if err != nil || ratio < 0.5 || ratio > 2 {
			t.Errorf("%s: got ratio %v (%v), want about 1", row, ratio, err)
		}
	}
}

func TestLimitFails(t *testing.T) {
	var out bytes.Buffer
	err := compare(t.Context(), &out, plan{length: 20 * time.Millisecond, rounds: 1, limit: 0.01, scenes: scenes()[:1]})
	if err == nil || !strings.Contains(err.Error(), "above the limit of 0.01x") {
		t.Errorf("got %v, want a complaint about the limit", err)
	}
}

func TestWrongRepliesAreErrors(t *testing.T) {
	plain, streamed := scenes()[0], scenes()[2]
	word := `data: {"choices":[{"delta":{"content":" gate"}}]}` + "\n\n"
	cases := []struct {
		name   string
		s      scene
		status int
		body   string
	}{
		{"an error", plain, 500, `{"error":{}}`},
		{"another text", plain, 200, `{"choices":[{"message":{"content":"no"}}],"usage":{"total_tokens":61}}`},
		{"no usage", plain, 200, `{"choices":[{"message":{"content":"` + answer + `"}}]}`},
		{"too few events", streamed, 200, word + "data: [DONE]\n\n"},
		{"no end", streamed, 200, strings.Repeat(word, pacedEvents)},
	}
	for _, c := range cases {
		if n, err := c.s.check(c.status, []byte(c.body)); err == nil {
			t.Errorf("%s: got %d and no error", c.name, n)
		}
	}
	if n, err := streamed.check(200, []byte(strings.Repeat(word, pacedEvents)+"data: [DONE]\n\n")); n != pacedEvents || err != nil {
		t.Errorf("a whole stream: got %d, %v", n, err)
	}
}

func TestQuestionsHaveTheirSize(t *testing.T) {
	for _, size := range []int{1600, 110 << 10} {
		if n := len(question("bench", size, false)); n < size-100 || n > size+100 {
			t.Errorf("got %d bytes, want about %d", n, size)
		}
	}
}
