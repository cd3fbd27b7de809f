package sagemaker

import (
	"bytes"
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// details asks why a reply ended and how long it is.
const details = "details"

// withoutDetails has a request repeated without asking for details where a
// container knows nothing of them: Hugging Face's for other models hands all
// parameters on to the model, which refuses strange ones.
// Source: https://huggingface.co/docs/sagemaker/reference/inference-toolkit
func withoutDetails(encode func(*llm.Call) (*wire.Request, error)) func(*llm.Call) (*wire.Request, error) {
	return func(call *llm.Call) (*wire.Request, error) {
		own := *call
		own.Body = own.Body.Without("aws_sagemaker_allow_zero_temp") // LiteLLM's: 0 is always asked for, by leaving it out
		req, err := encode(&own)
		if err != nil {
			return nil, err
		}
		req.Added, req.Without = details, func() []byte {
			body, err := raw.Parse(req.Body)
			if err != nil {
				return req.Body // encode wrote it: it is an object
			}
			return body.WithRaw("parameters", chat.Member(body, "parameters").Without(details).Bytes()).Bytes()
		}
		return req, nil
	}
}

// asTGI makes TGI's of what other containers say: LMI has other names for what
// is known of a token, Llama 2's container another for the text.
// Source: https://docs.djl.ai/master/docs/serving/serving/docs/lmi/user_guides/lmi_input_output_schema.html
func asTGI(body []byte) ([]byte, error) {
	o, err := read(body)
	return o.Bytes(), err
}

// eventAsTGI is asTGI for an event. A reply that comes whole where a stream was
// asked for is its one token.
func eventAsTGI(body []byte) ([]byte, error) {
	o, err := read(body)
	if err != nil {
		return nil, err
	}
	v, _ := o.Raw("generated_text")
	switch token := chat.Member(o, "token"); {
	case token.Len() > 0:
		o = o.WithRaw("token", named(token).Bytes())
	case chat.IsText(v):
		o = o.WithRaw("token", raw.Object{}.WithRaw("text", v).Bytes())
	}
	return o.Bytes(), nil
}

func read(body []byte) (raw.Object, error) {
	o, err := only(body)
	if err != nil {
		return o, err
	}
	if !o.Has("generated_text") {
		o = o.Renamed("generation", "generated_text")
	}
	about := chat.Member(o, details)
	if why, _ := about.Text("finish_reason"); why == "error" {
		return o, &llm.Error{Class: llm.InternalServerError, Message: "the model's container failed while it wrote the reply", Code: why}
	}
	if v, ok := about.Raw("tokens"); ok {
		var tokens []raw.Object
		for _, item := range raw.Items(v) {
			t, err := raw.Parse(item)
			if err != nil {
				return o, err
			}
			tokens = append(tokens, named(t))
		}
		o = o.WithRaw(details, about.WithRaw("tokens", raw.List(tokens)).Bytes())
	}
	return o, nil
}

// only is an object, or the one in a list.
func only(body []byte) (raw.Object, error) {
	body = bytes.TrimSpace(body)
	if len(body) > 0 && body[0] == '[' {
		for _, item := range raw.Items(body) {
			body = item
			break
		}
	}
	return raw.Parse(body)
}

// named gives a token TGI's names.
func named(token raw.Object) raw.Object {
	return token.Renamed("log_prob", "logprob").Renamed("special_token", "special")
}

// finished puts TGI's and LMI's older words for why a reply ended, which they
// keep in chats too, into OpenAI's.
// Source: https://docs.djl.ai/master/docs/serving/serving/docs/lmi/user_guides/chat_input_output_schema.html
func finished(body []byte) ([]byte, error) {
	if !bytes.Contains(body, []byte(`"eos_token"`)) && !bytes.Contains(body, []byte(`"stop_sequence"`)) {
		return body, nil
	}
	o, err := raw.Parse(body)
	if err != nil {
		return nil, err
	}
	v, _ := o.Raw("choices")
	var all []raw.Object
	for _, item := range raw.Items(v) {
		c, err := raw.Parse(item)
		if err != nil {
			return nil, err
		}
		if why, _ := c.Text("finish_reason"); why == "eos_token" || why == "stop_sequence" {
			c = c.WithRaw("finish_reason", json.RawMessage(`"stop"`))
		}
		all = append(all, c)
	}
	return o.WithRaw("choices", raw.List(all)).Bytes(), nil
}
