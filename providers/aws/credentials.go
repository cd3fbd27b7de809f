// Package aws is what the providers at AWS share: whose credentials a
// deployment is called with, in which region, and AWS's binary event streams.
//
// A function has a role of its own, which the SDK's default chain finds; a
// deployment may have keys, a profile, a role to assume or an identity token
// instead. The names are LiteLLM's.
package aws

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// lasting is how long credentials without an end of their own are kept: keys in
// a file may be replaced.
const lasting = 15 * time.Minute

// Credentials finds deployments' credentials and keeps those that took a
// request to get until a minute before they expire. It is safe for concurrent
// use.
type Credentials struct {
	open   *http.Client
	now    func() time.Time
	tokens wire.Tokens
}

// New makes Credentials. open calls AWS's token service; the SDK itself reads
// profiles and asks the machine that it runs on for its role.
func New(open *http.Client, now func() time.Time) *Credentials {
	return &Credentials{open: open, now: now, tokens: wire.Tokens{Now: now}}
}

// Of gives a deployment's credentials in a region: a role's that it assumes,
// its own keys, its profile's, the environment's, else the role of the function
// or machine. At an address that a caller chose only its own are used. Errors
// about what is configured or refused are *llm.Error.
func (c *Credentials) Of(ctx context.Context, d *llm.Deployment, region string) (sdk.Credentials, error) {
	o, err := ownOf(ctx, d)
	if err != nil {
		return sdk.Credentials{}, err
	}
	if o.role == "" {
		return c.base(ctx, d, o, region)
	}
	return c.kept(ctx, o.named("role", region), func(ctx context.Context) (sdk.Credentials, error) {
		if o.identity != "" {
			return c.exchange(ctx, o, region)
		}
		base, err := c.base(ctx, d, o, region)
		if err != nil {
			return sdk.Credentials{}, err
		}
		return c.assume(ctx, o, region, base)
	})
}

// Own reports whether a deployment has AWS credentials of its own, rather than
// those of its surroundings.
func Own(ctx context.Context, d *llm.Deployment) (bool, error) {
	id, err := wire.First(ctx, d, "aws_access_key_id", "aws_web_identity_token")
	return id != "" || d.Settings["aws_role_name"] != "" || d.Settings["aws_profile_name"] != "", err
}

// base is who assumes a role, or calls when there is none to assume.
func (c *Credentials) base(ctx context.Context, d *llm.Deployment, o own, region string) (sdk.Credentials, error) {
	switch {
	case o.id != "" && o.secret != "":
		return sdk.Credentials{AccessKeyID: o.id, SecretAccessKey: o.secret, SessionToken: o.session}, nil
	case o.id != "" || o.secret != "":
		return sdk.Credentials{}, refused("aws_access_key_id and aws_secret_access_key are needed together", nil)
	case d.Foreign:
		return sdk.Credentials{}, refused("this address needs aws_access_key_id and aws_secret_access_key of its own", nil)
	case o.profile == "":
		if found, err := environment(ctx, d); found.HasKeys() || err != nil {
			return found, err
		}
	}
	return c.kept(ctx, o.named("chain", region), func(ctx context.Context) (sdk.Credentials, error) {
		return chain(ctx, region, o.profile)
	})
}

// environment is the keys in the environment, whose session token belongs to
// them alone: one that the function's role has does not fit keys that the
// configuration brought.
func environment(ctx context.Context, d *llm.Deployment) (sdk.Credentials, error) {
	var found [3]string
	for i, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		v, err := wire.First(ctx, d, name)
		if err != nil {
			return sdk.Credentials{}, fmt.Errorf("read %s: %w", name, err)
		}
		found[i] = v
	}
	if found[0] == "" || found[1] == "" {
		return sdk.Credentials{}, nil
	}
	process, err := config.NewEnvConfig()
	if err == nil && process.Credentials.AccessKeyID != found[0] && process.Credentials.SessionToken == found[2] {
		found[2] = ""
	}
	return sdk.Credentials{AccessKeyID: found[0], SecretAccessKey: found[1], SessionToken: found[2]}, nil
}

// chain is the SDK's own search: variables, profiles, a web identity, the role
// of a container, function or machine.
func chain(ctx context.Context, region, profile string) (sdk.Credentials, error) {
	options := []func(*config.LoadOptions) error{config.WithRegion(region)}
	if profile != "" {
		options = append(options, config.WithSharedConfigProfile(profile))
	}
	options = append(options, config.WithLogger(logging.Nop{})) // what it says is in the error
	found, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return sdk.Credentials{}, refused("the AWS configuration cannot be loaded", err)
	}
	v, err := found.Credentials.Retrieve(ctx)
	if err != nil && ctx.Err() == nil {
		err = refused("no AWS credentials: set aws_access_key_id and aws_secret_access_key, or run with a role", err)
	}
	return v, err
}

// kept gives credentials that are kept under a name, or fetches them.
func (c *Credentials) kept(ctx context.Context, name string, fetch func(context.Context) (sdk.Credentials, error)) (sdk.Credentials, error) {
	text, err := c.tokens.Get(ctx, name, func(ctx context.Context) (string, time.Time, error) {
		v, err := fetch(ctx)
		if err != nil {
			return "", time.Time{}, err
		}
		if !v.CanExpire {
			v.Expires = c.now().Add(lasting)
		}
		b, err := json.Marshal(v)
		return string(b), v.Expires, err
	})
	var v sdk.Credentials
	if err == nil {
		err = json.Unmarshal([]byte(text), &v)
	}
	return v, err
}

// own is what a deployment says of its credentials.
type own struct {
	id, secret, session         string
	role, roleSession, external string
	identity, profile, sts      string
}

func ownOf(ctx context.Context, d *llm.Deployment) (own, error) {
	var o own
	for _, part := range []struct {
		to    *string
		names string
	}{
		{&o.id, "aws_access_key_id"},
		{&o.secret, "aws_secret_access_key"},
		{&o.session, "aws_session_token"},
		{&o.identity, "aws_web_identity_token AWS_WEB_IDENTITY_TOKEN"},
		{&o.role, "aws_role_name AWS_ROLE_NAME"},
		{&o.roleSession, "aws_session_name AWS_SESSION_NAME"},
		{&o.external, "aws_external_id AWS_EXTERNAL_ID"},
		{&o.profile, "aws_profile_name AWS_PROFILE_NAME"},
		{&o.sts, "aws_sts_endpoint AWS_STS_ENDPOINT"},
	} {
		names := strings.Fields(part.names)
		if d.Foreign {
			names = names[:1]
		}
		if *part.to = d.Settings[names[0]]; *part.to != "" {
			continue
		}
		v, err := wire.First(ctx, d, names...)
		if err != nil {
			return o, fmt.Errorf("read %s: %w", names[0], err)
		}
		*part.to = v
	}
	if o.roleSession == "" {
		o.roleSession = "tollgate"
	}
	return o, nil
}

// named is the name that credentials are kept under: a hash of all that they
// are made from.
func (o own) named(kind, region string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %q %q", kind, region, o))
	return hex.EncodeToString(sum[:])
}

// refused is an AuthenticationError. It tells a caller nothing of its cause.
func refused(message string, cause error) error {
	var e *llm.Error
	if errors.As(cause, &e) {
		return e
	}
	return &llm.Error{Class: llm.AuthenticationError, Message: message, Err: cause}
}
