package embed

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// TestSplitAndJoin: whatever the inputs and the limit, the parts hold them all
// in their order, none more than fit, and the joined reply is that to the whole.
func TestSplitAndJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inputs := rapid.SliceOfN(rapid.StringMatching(`[a-c"\\]{0,3}`), 1, 20).Draw(t, "inputs")
		most := rapid.IntRange(0, 7).Draw(t, "most")
		in, _ := json.Marshal(inputs)
		call := &llm.Call{
			Op: llm.Embeddings, Format: llm.OpenAI, Record: &llm.Record{}, To: &llm.Deployment{Model: "m"},
			Body: raw.Object{}.WithText("user", "u").WithRaw("input", in),
		}
		// answer gives each input a vector of its place.
		place := 0
		answer := func(c *llm.Call) *llm.Reply {
			r, err := Read(c)
			if err != nil {
				t.Fatal(err)
			}
			if most > 0 && len(r.Inputs) > most {
				t.Fatalf("got %d inputs in a part, want %d at most", len(r.Inputs), most)
			}
			if user, _ := c.Body.Text("user"); user != "u" {
				t.Fatalf("got %s, want the other members too", c.Body.Bytes())
			}
			a := Answer{Usage: llm.Usage{Known: true, In: int64(len(r.Inputs)), ImageIn: 1}}
			for _, text := range r.Inputs {
				if want, _ := json.Marshal(inputs[place]); string(text) != string(want) {
					t.Fatalf("got %s at %d, want %s", text, place, want)
				}
				a.Vectors = append(a.Vectors, json.RawMessage(fmt.Sprintf("[%d]", place)))
				place++
			}
			reply, err := Reply(c, a)
			if err != nil {
				t.Fatal(err)
			}
			return reply
		}
		parts := Split(call, most)
		var replies []*llm.Reply
		for _, part := range parts {
			replies = append(replies, answer(part))
		}
		if place != len(inputs) {
			t.Fatalf("got %d inputs in the parts, want %d", place, len(inputs))
		}
		joined, err := Join(call, replies)
		if err != nil {
			t.Fatal(err)
		}
		place = 0
		most = 0
		want := string(answer(call).Body.Bytes())
		if got := string(joined.Body.Bytes()); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
		if u := joined.Usage; !u.Known || u.In != int64(len(inputs)) || u.ImageIn != int64(len(parts)) {
			t.Fatalf("got usage %+v, want the sum", u)
		}
	})
}

// TestJoinFields: what OpenAI has no words for is kept part by part, and a
// count that one part lacks is not a count.
func TestJoinFields(t *testing.T) {
	part := func(u llm.Usage, field string) *llm.Reply {
		return reply("m", []raw.Object{item(0, json.RawMessage("[1]"))}, u, raw.Object{}.WithText("id", field))
	}
	got, err := Join(nil, []*llm.Reply{part(llm.Usage{Known: true, In: 2}, "a"), part(llm.Usage{}, "b")})
	if err != nil {
		t.Fatal(err)
	}
	const want = `"provider_specific_fields":{"parts":[{"id":"a"},{"id":"b"}]}`
	if body := string(got.Body.Bytes()); !strings.Contains(body, want) || got.Usage.Known {
		t.Errorf("got %s and usage %+v, want %s and no usage", body, got.Usage, want)
	}
}
