package embed

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// Answer is what a vendor answered.
type Answer struct {
	Model   string            // "": the one that was asked
	Vectors []json.RawMessage // one for each input: a list of numbers; or a text, as Packed says, where that was asked for
	Usage   llm.Usage
	Fields  raw.Object // what OpenAI has no words for
}

// Reply writes OpenAI's reply, with the vectors in the encoding that was asked
// for. It is an error when there is not one vector for each input.
func Reply(call *llm.Call, a Answer) (*llm.Reply, error) {
	if n := count(call); n != len(a.Vectors) {
		return nil, fmt.Errorf("got %d vectors for %d inputs", len(a.Vectors), n)
	}
	if err := raw.Strict(a.Fields.Bytes()); err != nil {
		return nil, err
	}
	data := make([]raw.Object, len(a.Vectors))
	for i, v := range a.Vectors {
		v, err := encoded(v, Packed(call))
		if err != nil {
			return nil, fmt.Errorf("vector %d: %w", i, err)
		}
		data[i] = item(i, v)
	}
	if a.Model == "" {
		a.Model = call.To.Model
	}
	return reply(a.Model, data, a.Usage, a.Fields), nil
}

func item(i int, vector json.RawMessage) raw.Object {
	return chat.Number(raw.Object{}.WithText("object", "embedding"), "index", int64(i)).WithRaw("embedding", vector)
}

func reply(model string, data []raw.Object, u llm.Usage, fields raw.Object) *llm.Reply {
	counts := chat.Number(chat.Number(raw.Object{}, "prompt_tokens", u.Prompt()), "total_tokens", u.Prompt())
	body := raw.Object{}.WithText("object", "list").WithRaw("data", raw.List(data)).
		WithText("model", model).WithRaw("usage", counts.Bytes())
	if fields.Len() > 0 {
		body = body.WithRaw("provider_specific_fields", fields.Bytes())
	}
	return &llm.Reply{Body: body, Usage: u}
}

// count is how many vectors a call asks for.
func count(call *llm.Call) int {
	v, _ := call.Body.Raw("input")
	return len(inputs(v))
}

var errNoVector = errors.New("it is not a list of numbers")

// encoded is a vector as the caller wants it.
func encoded(v json.RawMessage, packed bool) (json.RawMessage, error) {
	if packed && chat.IsText(v) {
		return v, checkPacked(v)
	}
	if len(v) == 0 || v[0] != '[' {
		return nil, errNoVector
	}
	var floats []byte
	numbers := 0
	for _, n := range raw.Items(v) {
		if !isNumber(n) {
			return nil, errNoVector
		}
		numbers++
		if packed {
			f, err := strconv.ParseFloat(string(n), 32)
			if err != nil {
				return nil, err
			}
			floats = binary.LittleEndian.AppendUint32(floats, math.Float32bits(float32(f)))
		}
	}
	switch {
	case numbers == 0:
		return nil, errNoVector
	case packed:
		return raw.Quote(base64.StdEncoding.EncodeToString(floats)), nil
	}
	return v, nil
}

// checkPacked holds that a vendor's own base64 is of whole numbers of float32.
func checkPacked(v json.RawMessage) error {
	var b []byte
	if err := json.Unmarshal(v, &b); err != nil {
		return err
	}
	if len(b) == 0 || len(b)%4 != 0 {
		return fmt.Errorf("its %d bytes are no float32", len(b))
	}
	return nil
}

func isNumber(v json.RawMessage) bool {
	return len(v) > 0 && (v[0] == '-' || '0' <= v[0] && v[0] <= '9')
}
