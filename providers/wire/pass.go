package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
)

// Pass sends a request to the vendor as its caller wrote it, at path after the
// vendor's address or, for "", at the address as it is, with the deployment's credentials in place of the caller's
// own. The answer is the vendor's, whatever its status; one that refuses the
// request loses the secrets that it may repeat. The caller closes its body.
// Errors are *llm.Error.
func (p *Provider) Pass(ctx context.Context, d *llm.Deployment, in *http.Request, path string, rec *llm.Record) (*http.Response, error) {
	call := &llm.Call{To: d, Record: rec}
	body, err := io.ReadAll(in.Body)
	if err != nil {
		var over *http.MaxBytesError
		if errors.As(err, &over) {
			size := ""
			if in.ContentLength > over.Limit {
				size = fmt.Sprintf(" of %d bytes", in.ContentLength)
			}
			return nil, &llm.Error{Class: llm.RequestTooLargeError, Message: fmt.Sprintf("the request%s is larger than %d bytes", size, over.Limit)}
		}
		return nil, &llm.Error{Class: llm.BadRequestError, Message: "the request could not be read to its end", Err: err}
	}
	base, err := p.address(ctx, d)
	if err != nil {
		return nil, p.broken(call, llm.ServiceUnavailableError, "the address of "+p.Name+" cannot be read", err)
	}
	query := in.URL.Query()
	query.Del("key") // Google's place for one
	r, secrets, err := p.request(ctx, call, &Request{
		Method: in.Method, Path: after(base, path), Query: query, Header: passed(in.Header), Body: body, Type: in.Header.Get("Content-Type"),
	})
	if err != nil {
		return nil, err
	}
	carry := p.Send
	if carry == nil {
		carry = (*http.Client).Do
	}
	res, err := carry(p.Client, r)
	if err != nil {
		return nil, p.unreachable(ctx, call, bare(err))
	}
	if res.StatusCode >= http.StatusBadRequest {
		return p.scrubbed(call, res, secrets)
	}
	return res, nil
}

// scrubbed takes secrets out of a refusal.
func (p *Provider) scrubbed(call *llm.Call, res *http.Response, secrets hidden) (*http.Response, error) {
	defer res.Body.Close()
	text, err := outbound.ReadAll(res.Body, maxError)
	if err != nil {
		return nil, p.broken(call, llm.BadGatewayError, "the answer of "+p.Name+" broke off", err)
	}
	for _, secret := range secrets() {
		if len(secret) >= shortest {
			text = bytes.ReplaceAll(text, []byte(secret), []byte("[key]"))
		}
	}
	res.Body = io.NopCloser(bytes.NewReader(text))
	res.Header.Del("Content-Length")
	return res, nil
}

// after is a path without its first element, when the address ends in that:
// callers write a vendor's whole path, and its address often has a part of it.
func after(base, path string) string {
	if path == "" {
		return ""
	}
	base, _, _ = strings.Cut(strings.TrimRight(base, "/"), "?")
	first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if i := strings.LastIndexByte(base, '/'); first != "" && base[i+1:] == first {
		return "/" + rest
	}
	return "/" + strings.TrimPrefix(path, "/")
}

// passed are the headers that are for the vendor: neither credentials, nor what
// is between the caller and this gateway.
func passed(from http.Header) http.Header {
	to := http.Header{}
	for name, values := range from {
		if slices.Contains(own[:], name) || strings.HasPrefix(name, "X-Litellm-") || strings.HasPrefix(name, "X-Forwarded-") || strings.HasPrefix(name, "X-Amzn-") {
			continue
		}
		to[name] = values
	}
	return to
}

// own are headers that a caller means for this gateway. Content-Type is set by
// the body, and Accept-Encoding by the client that reads the answer.
var own = [...]string{
	"Accept-Encoding", "Api-Key", "Authorization", "Connection", "Content-Length", "Content-Type", "Cookie", "Forwarded", "Host", "Keep-Alive",
	"Ocp-Apim-Subscription-Key", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Via", "X-Api-Key", "X-Goog-Api-Key", "X-Real-Ip", "X-Request-Id",
}
