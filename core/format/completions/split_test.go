package completions

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct{ prompt, want string }{
		{`"a"`, `"a"`},
		{`["a"]`, `"a"`},
		{`["a","b\n"]`, `"a" "b\n"`},
		{`[1,2]`, `[1,2]`},
		{`[[1,2],[3]]`, `[1,2] [3]`},
		{`[]`, "prompt: the list is empty"},
		{`null`, "prompt: a prompt is needed"},
		{`[[]]`, "prompt: a list of texts, of tokens or of lists of tokens is needed"},
		{`[[1],2]`, "prompt: a list of texts, of tokens or of lists of tokens is needed"},
		{`[-1]`, "prompt: a list of texts, of tokens or of lists of tokens is needed"},
		{`[null]`, "prompt: a list of texts, of tokens or of lists of tokens is needed"},
		{`["a",{}]`, "prompt: a list of texts, of tokens or of lists of tokens is needed"},
		{`["\x"]`, "prompt: invalid character 'x' in string escape code at byte 4"},
		{"[" + strings.Repeat(`"",`, MaxPrompts) + `""]`, "prompt: 2049 prompts are more than 2048"},
	} {
		bodies, err := Split(raw.Object{}.WithText("model", "m").WithRaw("prompt", []byte(c.prompt)))
		var got []string
		for _, b := range bodies {
			v, _ := b.Raw("prompt")
			got = append(got, string(v))
			if name, _ := b.Text("model"); name != "m" {
				t.Errorf("%s: got %s, want the other members as they were", c.prompt, b.Bytes())
			}
		}
		text := strings.Join(got, " ")
		if e := (*llm.Error)(nil); errors.As(err, &e) {
			text = e.Message
		}
		if text != c.want {
			t.Errorf("%.40s: got %s, want %s", c.prompt, text, c.want)
		}
	}
}

// of is a reply with two completions; closed counts its closing.
func of(t *testing.T, text string, in int64, closed *int) *llm.Reply {
	t.Helper()
	body := formattest.Object(t, fmt.Sprintf(`{"id":"%[1]s","choices":[{"text":"%[1]s0","index":0},{"text":"%[1]s1","index":1}],"usage":{"prompt_tokens":%[2]d}}`, text, in))
	r := &llm.Reply{Body: body, Usage: llm.Usage{Known: true, In: in, Out: 2, Reasoning: 1, Tier: "flex"}}
	r.OnClose(func() error { *closed++; return nil })
	return r
}

func TestJoin(t *testing.T) {
	var closed int
	call := kit().Call(t, `{"prompt":["a","b","c"],"n":2}`)
	all, err := Join(call, []*llm.Reply{of(t, "a", 1, &closed), of(t, "b", 20, &closed), of(t, "c", 300, &closed)})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"a","choices":[{"text":"a0","index":0},{"text":"a1","index":1},{"text":"b0","index":2},{"text":"b1","index":3},` +
		`{"text":"c0","index":4},{"text":"c1","index":5}],"usage":{"prompt_tokens":321,"completion_tokens":6,"total_tokens":327}}`
	if got := string(all.Body.Bytes()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if u := (llm.Usage{Known: true, In: 321, Out: 6, Reasoning: 3, Tier: "flex"}); all.Usage != u {
		t.Errorf("got %+v, want %+v", all.Usage, u)
	}
	if err := all.Close(); err != nil || closed != 3 {
		t.Errorf("got %d closed, %v, want 3", closed, err)
	}
	odd := &llm.Reply{Body: formattest.Object(t, `{"choices":[{"index":"x"}]}`)}
	if _, err := Join(call, []*llm.Reply{odd}); !errors.Is(err, llm.BadGatewayError) {
		t.Errorf("got %v, want a BadGatewayError", err)
	}
	unknown := of(t, "b", 0, &closed)
	unknown.Usage = llm.Usage{}
	if all, err := Join(call, []*llm.Reply{of(t, "a", 1, &closed), unknown}); err != nil || all.Usage.Known {
		t.Errorf("got %+v, %v, want counts that are not known", all.Usage, err)
	}
}

// streamed is a stream of one completion; cut leaves its end out.
func streamed(text string, in int64, cut bool, closed *int) *llm.Reply {
	u := &llm.Usage{Known: true, In: in, Out: 1}
	all := []llm.Event{
		{Head: true},
		{Data: []byte(`{"id":"` + text + `","choices":[{"text":"` + text + `","index":0}],"usage":null}`)},
		{Data: []byte(`{"id":"` + text + `","choices":[],"usage":{"prompt_tokens":1}}`), Usage: u, Last: true},
	}
	if cut {
		all = all[:2]
	}
	r := &llm.Reply{Events: formattest.Events(all...)}
	r.OnClose(func() error { *closed++; return nil })
	return r
}

// TestChain: streams follow each other as one, with one id, one end and the
// counts of all; and one that breaks off is not passed over.
func TestChain(t *testing.T) {
	call := kit().Call(t, `{"prompt":["a","b","c"],"stream":true,"stream_options":{"include_usage":true}}`)
	first := `data {"id":"a","choices":[{"text":"a","index":0}],"usage":null}`
	second := `data {"id":"a","choices":[{"text":"b","index":1}],"usage":null}`
	for _, c := range []struct {
		name   string
		fails  int // the prompt whose stream cannot be opened
		cut    int // the one whose stream breaks off
		want   []string
		closed int
	}{
		{"whole", -1, -1, []string{
			first, "used 1", second, "used 21", `data {"id":"a","choices":[{"text":"c","index":2}],"usage":null}`, "used 321",
			`last {"id":"a","choices":[],"usage":{"prompt_tokens":321,"completion_tokens":3,"total_tokens":324}}`,
		}, 3},
		{"cut", -1, 1, []string{first, "used 1", second}, 2},
		{"refused", 1, -1, []string{first, "used 1", "error RateLimitError: "}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			closed, opened := 0, 0
			all, err := Chain(call, 3, func(i int) (*llm.Reply, error) {
				if i == c.fails {
					return nil, &llm.Error{Class: llm.RateLimitError}
				}
				opened++
				return streamed(string(rune('a'+i)), []int64{1, 20, 300}[i], i == c.cut, &closed), nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if opened != 1 {
				t.Errorf("got %d streams opened at first, want 1", opened)
			}
			var got []string
			for ev, err := range all.Events {
				if err != nil {
					got = append(got, "error "+err.Error())
					break
				}
				if ev.Usage != nil {
					got = append(got, fmt.Sprintf("used %d", ev.Usage.In))
				}
				if len(ev.Data) > 0 {
					got = append(got, map[bool]string{false: "data ", true: "last "}[ev.Last]+string(ev.Data))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if err := all.Close(); err != nil || closed != c.closed {
				t.Errorf("got %d closed, %v, want %d", closed, err, c.closed)
			}
		})
	}
	if _, err := Chain(call, 1, func(int) (*llm.Reply, error) { return nil, &llm.Error{Class: llm.Timeout} }); !errors.Is(err, llm.Timeout) {
		t.Errorf("got %v, want what the first one failed with", err)
	}
}
