package bedrock

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// signing is what the SDK needs beside the request: what Auth found out, on its
// way in the request's context.
type signing struct {
	body        []byte
	bearer      bool // the request has its token already
	region      string
	credentials sdk.Credentials
}

type signingKey struct{}

// Retrieve implements aws.CredentialsProvider.
func (s signing) Retrieve(context.Context) (sdk.Credentials, error) { return s.credentials, nil }

// transport carries signed requests by the Bedrock SDK: it signs and sends them, and
// knows AWS's headers. What it would do to the contents is taken out of it:
// its types reorder schemas, round long numbers and drop members they do not
// know, it repeats calls that the router means to count, and its streams need
// three goroutines each.
type transport struct{ client *bedrockruntime.Client }

func newTransport() transport {
	return transport{bedrockruntime.New(bedrockruntime.Options{Retryer: sdk.NopRetryer{}})}
}

// send is a wire.Provider's Send. All actions go as InvokeModel: with the
// contents taken out they differ in nothing but the path, which is r's.
func (t transport) send(client *http.Client, r *http.Request) (*http.Response, error) {
	by, ok := r.Context().Value(signingKey{}).(signing)
	switch {
	case !ok:
		return nil, errors.New("the request was not prepared for the SDK")
	case by.bearer:
		return client.Do(r) // there is nothing to sign
	}
	base, model := r.URL.Scheme+"://"+r.URL.Host, "in the path"
	var answer *http.Response
	_, err := t.client.InvokeModel(r.Context(), &bedrockruntime.InvokeModelInput{ModelId: &model}, func(o *bedrockruntime.Options) {
		o.BaseEndpoint, o.HTTPClient = &base, untorn{client}
		o.Region, o.Credentials = by.region, by
		o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
			if _, err := s.Serialize.Swap("OperationSerializer", as(r, by.body)); err != nil {
				return err
			}
			_, err := s.Deserialize.Swap("OperationDeserializer", into(&answer))
			return err
		})
	})
	if err != nil && answer != nil {
		answer.Body.Close()
	}
	return answer, err
}

// as puts the request's own bytes, path and headers in.
func as(r *http.Request, body []byte) middleware.SerializeMiddleware {
	return middleware.SerializeMiddlewareFunc("AsWritten", func(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
		req, ok := in.Request.(*smithyhttp.Request)
		if !ok {
			return middleware.SerializeOutput{}, middleware.Metadata{}, errors.New("the SDK's request is not HTTP")
		}
		req.Method, req.Header = r.Method, r.Header.Clone()
		req.URL.Path, req.URL.RawPath, req.URL.RawQuery = r.URL.Path, r.URL.EscapedPath(), r.URL.RawQuery
		var err error
		if in.Request, err = req.SetStream(onlyRead{bytes.NewReader(body)}); err != nil {
			return middleware.SerializeOutput{}, middleware.Metadata{}, err
		}
		return next.HandleSerialize(ctx, in)
	})
}

// onlyRead hides that a body can write itself: closed by the SDK at the head of
// an answer, it would tell net/http of an error, and the answer would be torn.
type onlyRead struct{ io.ReadSeeker }

// into takes the answer out, whatever its status.
func into(answer **http.Response) middleware.DeserializeMiddleware {
	return middleware.DeserializeMiddlewareFunc("AsAnswered", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if res, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil {
			*answer = res.Response
		}
		out.Result = &bedrockruntime.InvokeModelOutput{}
		return out, metadata, err
	})
}

// untorn reads bodies only: written, the SDK's closed ones call a cut stream whole.
type untorn struct{ *http.Client }

func (c untorn) Do(r *http.Request) (*http.Response, error) {
	res, err := c.Client.Do(r)
	if err == nil {
		res.Body = struct{ io.ReadCloser }{res.Body}
	}
	return res, err
}
