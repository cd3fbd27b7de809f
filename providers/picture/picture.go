// Package picture reads OpenAI's requests for pictures and writes its replies
// for the dialects that say them in other words. It knows no vendor.
//
// Source: https://platform.openai.com/docs/api-reference/images
package picture

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Request is a request for pictures under translation. quality, style,
// background and output_format are left to the dialect.
type Request struct {
	*chat.Request
	Prompt        string
	N             int64  // 1 at least
	Size          string // "" when any will do
	Width, Height int64  // of a Size of that form, in pixels; else 0
	Encoding      string // response_format: url, b64_json or ""
}

// most is more pictures than any vendor makes of one request.
const most = 128

// Read starts a translation.
func Read(call *llm.Call) (*Request, error) {
	r := &Request{Request: chat.Read(call), N: 1}
	var err error
	if r.Prompt, err = r.text("prompt"); err != nil {
		return nil, err
	}
	if r.Prompt == "" {
		return nil, chat.Invalid("prompt", "a text is required")
	}
	if r.Size, err = r.text("size"); err != nil {
		return nil, err
	}
	if r.Size == "auto" {
		r.Size = ""
	}
	w, h, _ := strings.Cut(r.Size, "x")
	if width, err := strconv.ParseUint(w, 10, 16); err == nil && width > 0 {
		if height, err := strconv.ParseUint(h, 10, 16); err == nil && height > 0 {
			r.Width, r.Height = int64(width), int64(height)
		}
	}
	if r.Encoding, err = r.text("response_format"); err != nil {
		return nil, err
	}
	if r.Encoding != "" && r.Encoding != "url" && r.Encoding != "b64_json" {
		return nil, chat.Invalid("response_format", "must be url or b64_json")
	}
	if v, ok, err := r.Take("n"); err != nil || ok {
		if err != nil {
			return nil, err
		}
		text := strings.Trim(string(v), `"`) // forms have only texts
		if r.N, err = strconv.ParseInt(text, 10, 64); err != nil || r.N < 1 || r.N > most {
			return nil, chat.Invalid("n", "must be a whole number from 1 to %d", most)
		}
	}
	for _, name := range []string{"quality", "background", "moderation"} {
		if as, _ := call.Body.Text(name); as == "auto" {
			r.Done(name) // leaves it to the vendor
		}
	}
	r.Done("user", "image", "mask") // user changes no picture; files are the call's
	return r, nil
}

// Text takes a member that must be a string; "" when it is not there.
func (r *Request) text(name string) (string, error) {
	v, ok, err := r.Take(name)
	if err != nil || !ok {
		return "", err
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return "", chat.Invalid(name, "must be a string")
	}
	return s, nil
}

// Only refuses a caller who wants the pictures as the vendor does not give them.
func (r *Request) Only(encoding string) error {
	if r.Encoding == "" || r.Encoding == encoding || wire.Drops(r.Call) {
		return nil
	}
	return r.Unsupported("response_format", "pictures as "+r.Encoding+" with "+r.Call.To.Model)
}

// One refuses a caller who wants several pictures of a vendor who makes one.
func (r *Request) One() error {
	if r.N == 1 || wire.Drops(r.Call) {
		return nil
	}
	return r.Unsupported("n", "more than one picture with "+r.Call.To.Model)
}

// Ratio is the one of the vendor's ratios ("16:9") that is nearest to the size
// asked for, or the ratio asked for; "" when any will do. A vendor that has
// ratios has no exact sizes.
func (r *Request) Ratio(all ...string) (string, error) {
	if r.Size == "" {
		return "", nil
	}
	best, least := "", math.Inf(1)
	for _, ratio := range all {
		if ratio == r.Size {
			return ratio, nil
		}
		var w, h float64
		if _, err := fmt.Sscanf(ratio, "%f:%f", &w, &h); err != nil || r.Width == 0 {
			continue
		}
		if off := math.Abs(math.Log(w / h * float64(r.Height) / float64(r.Width))); off < least {
			best, least = ratio, off
		}
	}
	if best == "" {
		return "", chat.Invalid("size", "must be as 1024x1024 or one of %q", all)
	}
	return best, nil
}

// Files gives the pictures of the call in a field: image and image[] are one.
func Files(call *llm.Call, field string) []llm.File {
	var all []llm.File
	for _, f := range call.Files {
		if strings.TrimSuffix(f.Field, "[]") == field {
			all = append(all, f)
		}
	}
	return all
}

// largest is how large a picture may be that is put into JSON, in bytes.
const largest = 20 << 20

// Base64 reads a file for a vendor who wants it inside JSON.
func Base64(f llm.File) (string, error) {
	if f.Size > largest {
		return "", &llm.Error{Class: llm.RequestTooLargeError, Param: f.Field, Message: fmt.Sprintf("%s is larger than %d bytes", f.Field, largest)}
	}
	in, err := f.Open()
	if err != nil {
		return "", fmt.Errorf("open %s: %w", f.Field, err)
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, largest))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", f.Field, err)
	}
	return base64.StdEncoding.EncodeToString(data), nil
}
