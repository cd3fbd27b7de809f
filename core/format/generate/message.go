package generate

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// pieces are what a message or delta says, but for its calls.
type pieces struct {
	parts []raw.Object
	own   []raw.Object // parts that the provider gave as they are, which come last
}

// said reads a message, or a piece of one. What was thought is shown to those
// who want to see it, and to all when it is signed: it must come back.
func said(m raw.Object, shows, piece bool) (pieces, error) {
	var p pieces
	reasoning, _ := m.Raw("reasoning_content")
	blocks, err := listed(m, "thinking_blocks")
	if err != nil {
		return p, err
	}
	if shows && isText(reasoning) && len(reasoning) > 2 && (piece || len(blocks) == 0) {
		p.parts = append(p.parts, thought(reasoning, ""))
	}
	for _, b := range blocks {
		if t, ok := block(b, shows, piece); ok {
			p.parts = append(p.parts, t)
		}
	}
	fields := fieldsOf(m)
	p.text(m, fields)
	if err := p.media(m); err != nil {
		return p, err
	}
	p.own, err = listed(fields, "parts")
	return p, err
}

// block is a thinking block. Of a piece's, the text was shown before, as it
// came.
func block(b raw.Object, shows, piece bool) (raw.Object, bool) {
	words, _ := b.Raw("thinking")
	if !isText(words) {
		words = json.RawMessage(`""`)
	}
	if !b.Has("signature") && !b.Has("data") {
		return thought(words, ""), shows && !piece
	}
	if shows && piece {
		words = json.RawMessage(`""`)
	}
	return thought(words, sealed(b)), true
}

// text adds what is said, be it a refusal, with the signature that it has.
func (p *pieces) text(m, fields raw.Object) {
	signature := ""
	list, _ := fields.Raw("thought_signatures")
	for _, v := range raw.Items(list) {
		_ = json.Unmarshal(v, &signature) // what is no text is no signature
		break
	}
	content, _ := m.Raw("content")
	refusal, _ := m.Raw("refusal")
	if !isText(content) {
		content = json.RawMessage(`""`)
	}
	if isText(refusal) {
		content = joined(content, refusal)
	}
	part := signed(raw.Object{}.WithRaw("text", content), signature)
	if len(content) > 2 || part.Len() > 1 {
		p.parts = append(p.parts, part)
	}
}

// media adds pictures, and speech with its words if nothing else has them.
func (p *pieces) media(m raw.Object) error {
	images, err := listed(m, "images")
	if err != nil {
		return err
	}
	for _, i := range images {
		at, err := inner(i, "image_url")
		if err != nil {
			return err
		}
		if part, ok := inlined(text(at, "url")); ok {
			p.parts = append(p.parts, signed(part, text(fieldsOf(i), "thought_signature")))
		}
	}
	audio, err := inner(m, "audio")
	if err != nil {
		return err
	}
	if said := text(audio, "transcript"); said != "" && !m.Has("content") {
		p.parts = append(p.parts, raw.Object{}.WithText("text", said))
	}
	if data := text(audio, "data"); data != "" {
		p.parts = append(p.parts, inline("audio/L16;codec=pcm;rate=24000", data)) // what speech asked for
	}
	return nil
}

// inlined is a data URL as a part, or an address as one.
func inlined(at string) (raw.Object, bool) {
	rest, isData := strings.CutPrefix(at, "data:")
	if !isData {
		o := raw.Object{}.WithText("fileUri", at)
		return raw.Object{}.WithRaw("fileData", o.Bytes()), at != ""
	}
	kind, data, ok := strings.Cut(rest, ";base64,")
	return inline(kind, data), ok
}

func inline(kind, data string) raw.Object {
	o := raw.Object{}.WithText("mimeType", kind).WithText("data", data)
	return raw.Object{}.WithRaw("inlineData", o.Bytes())
}

// listed is a list of objects in an object.
func listed(o raw.Object, name string) ([]raw.Object, error) {
	if !o.Has(name) {
		return nil, nil
	}
	v, _ := o.Raw(name)
	var all []raw.Object
	for _, item := range raw.Items(v) {
		e, err := raw.Parse(item)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}
