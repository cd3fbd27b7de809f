// Package bedrock is Amazon Bedrock: Converse, its one format for every model,
// and InvokeModel, where each family of models keeps its own, for the few that
// Converse does not serve and for those who ask for it (invoke/ before the
// model's name).
//
// The SDK carries the requests that are signed (transport.go) and never looks
// into them: what a caller wrote keeps its bytes, and what AWS answers its
// members. Those with a bearer token need no SDK.
//
// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
package bedrock

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/aws"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// KeyEnv is the variable that holds a Bedrock API key. Without one, requests
// are signed with AWS credentials.
func KeyEnv() []string { return []string{"AWS_BEARER_TOKEN_BEDROCK"} }

// BaseEnv is the variables that hold the address, the first that is set wins.
func BaseEnv() []string {
	return []string{"AWS_BEDROCK_RUNTIME_ENDPOINT", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME"}
}

// New makes the provider. open and guarded are as for wire.Provider; open also
// calls AWS's token service.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	found := aws.New(open, now)
	return &wire.Provider{
		Name: "bedrock", BaseEnv: BaseEnv(), KeyEnv: KeyEnv(), NoKey: true, Place: place,
		Auth:    keys{found}.prepare,
		Dialect: Dialect(now), Client: open, Guarded: guarded, Send: newTransport().send,
	}
}

// Dialect returns the formats: a deployment's model says which is spoken.
func Dialect(now func() time.Time) wire.Dialect {
	f := formatsAt(now)
	codec := wire.Codec{
		Fetch:  func(c *llm.Call) []string { return f.of(modelOf(c.To)).Fetch(c) },
		Encode: func(c *llm.Call) (*wire.Request, error) { return f.of(modelOf(c.To)).Encode(c) },
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return f.of(modelOf(c.To)).Decode(c, r) },
		Frames: aws.Frames,
		Events: func(c *llm.Call, in events) replies { return f.of(modelOf(c.To)).Events(c, in) },
	}
	return wire.Dialect{Codecs: map[llm.Key]wire.Codec{
		{Op: llm.Chat, Format: llm.OpenAI}:       codec,
		{Op: llm.Embeddings, Format: llm.OpenAI}: embeddings(),
		{Op: llm.Rerank, Format: llm.OpenAI}:     ranking(),
		{Op: llm.Images, Format: llm.OpenAI}:     images(now),
	}, Fail: fail}
}

// place is the address that somebody configured, LiteLLM's setting for it, or
// the region's.
// Source: https://docs.aws.amazon.com/general/latest/gr/bedrock.html
func place(ctx context.Context, d *llm.Deployment, base string) (string, error) {
	if own := d.Settings["aws_bedrock_runtime_endpoint"]; own != "" && d.Base == "" {
		return own, nil
	}
	if base != "" {
		return base, nil
	}
	m, service := modelOf(d), "bedrock-runtime"
	if m.agents() {
		service = "bedrock-agent-runtime"
	}
	return aws.Host(ctx, d, m.region, service)
}

type keys struct{ found *aws.Credentials }

// prepare is the wire.Auth: the deployment's own key, else its own AWS
// credentials, else the environment's key, else whatever credentials there are.
func (k keys) prepare(ctx context.Context, r *http.Request, body []byte, d *llm.Deployment, key string) error {
	by := signing{body: body, bearer: key != ""}
	if key != "" {
		own, err := wire.First(ctx, d, "api_key")
		if err != nil {
			return fmt.Errorf("read api_key: %w", err)
		}
		signs, err := aws.Own(ctx, d)
		if err != nil {
			return fmt.Errorf("read aws_access_key_id: %w", err)
		}
		by.bearer = own != "" || !signs
	}
	var err error
	if by.region, err = aws.Region(ctx, d, modelOf(d).region); err != nil {
		return fmt.Errorf("read the region: %w", err)
	}
	if by.bearer {
		r.Header.Set("Authorization", "Bearer "+key)
	} else if by.credentials, err = k.found.Of(ctx, d, by.region); err != nil {
		return fmt.Errorf("find AWS credentials: %w", err)
	}
	*r = *r.WithContext(context.WithValue(r.Context(), signingKey{}, by))
	return nil
}
