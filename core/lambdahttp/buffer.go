package lambdahttp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// maxBuffered is how large a buffered reply may be, in bytes of the JSON
// document: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxBuffered = 6 << 20

// errTooLarge stops a handler that writes more than a reply can hold.
var errTooLarge = errors.New("the reply is over Lambda's limit of 6 MB for a buffered reply")

// buffer runs the handler and returns the whole reply as one document.
func (f *Function) buffer(r *http.Request, k kind) (io.Reader, error) {
	if k == restAPI {
		// API Gateway undoes the base64 of a reply in gzip only if the first type
		// that the client accepts is one of the API's binary media types, which a
		// browser's never is: it would get base64.
		// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
		r.Header.Del("Accept-Encoding")
	}
	body := new(limited)
	var status int
	var header http.Header
	w := newWriter(body, r, func(s int, h http.Header) { status, header = s, h })
	if err := serve(f.Handler, w, r); err != nil {
		return nil, err
	}
	if err := w.FlushError(); err != nil {
		return document(k, tooLarge())
	}
	d, err := document(k, reply{status, header, body.Bytes()})
	if err == nil && d.Len() > maxBuffered {
		return document(k, tooLarge())
	}
	return d, err
}

// limited is a buffer that refuses to outgrow a reply.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxBuffered {
		return 0, errTooLarge
	}
	return l.Buffer.Write(p)
}

type reply struct {
	status int
	header http.Header
	body   []byte
}

// tooLarge is OpenAI's error body for a reply that Lambda would not take.
func tooLarge() reply {
	return reply{
		http.StatusInternalServerError,
		http.Header{"Content-Type": {"application/json"}},
		fmt.Appendf(nil, `{"error":{"message":%q,"type":"internal_server_error","param":null,"code":"500"}}`, errTooLarge),
	}
}

// document encodes a reply as its kind of event wants it.
func document(k kind, r reply) (*jsonReply, error) {
	var v any
	body, isBase64 := encodeBody(r.header, r.body)
	if k == restAPI {
		v = events.APIGatewayProxyResponse{StatusCode: r.status, MultiValueHeaders: replyHeader(r.header), Body: body, IsBase64Encoded: isBase64}
	} else {
		header, cookies := joinHeader(r.header)
		v = events.APIGatewayV2HTTPResponse{StatusCode: r.status, Headers: header, Cookies: cookies, Body: body, IsBase64Encoded: isBase64}
	}
	d := new(jsonReply)
	enc := json.NewEncoder(&d.Buffer)
	enc.SetEscapeHTML(false) // it would make five bytes of each < and >
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode reply: %w", err)
	}
	return d, nil
}

// encodeBody keeps text as it is; the rest travels in base64, which is a third
// longer, and which API Gateway undoes.
func encodeBody(h http.Header, body []byte) (s string, isBase64 bool) {
	if isText(h) && utf8.Valid(body) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

func isText(h http.Header) bool {
	if encoding := h.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return false
	}
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return h.Get("Content-Type") == ""
	}
	switch kind {
	case "application/json", "application/xml", "application/javascript", "application/x-www-form-urlencoded",
		"application/x-ndjson", "application/jsonl", "application/x-subrip":
		return true
	}
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml")
}

// jsonReply is a document that aws-lambda-go sends as it is: it tries to encode
// a handler's value first, and takes a reader's bytes only when that fails.
type jsonReply struct{ bytes.Buffer }

// MarshalJSON says that the document is encoded already.
func (*jsonReply) MarshalJSON() ([]byte, error) { return nil, errors.New("already encoded") }

// ContentType is what the document is posted as.
func (*jsonReply) ContentType() string { return "application/json" }
