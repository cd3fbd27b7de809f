package aws

import (
	"context"
	"errors"
	"net/http"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// assume gets a role's credentials for those of base.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (c *Credentials) assume(ctx context.Context, o own, region string, base sdk.Credentials) (sdk.Credentials, error) {
	in := &sts.AssumeRoleInput{RoleArn: &o.role, RoleSessionName: &o.roleSession}
	if o.external != "" {
		in.ExternalId = &o.external
	}
	out, err := c.service(o, region, sdk.CredentialsProviderFunc(func(context.Context) (sdk.Credentials, error) { return base, nil })).AssumeRole(ctx, in)
	if err != nil {
		return sdk.Credentials{}, unassumed(ctx, err)
	}
	return assumed(out.Credentials)
}

// exchange gets a role's credentials for an identity token.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
func (c *Credentials) exchange(ctx context.Context, o own, region string) (sdk.Credentials, error) {
	out, err := c.service(o, region, sdk.AnonymousCredentials{}).AssumeRoleWithWebIdentity(ctx, &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: &o.role, RoleSessionName: &o.roleSession, WebIdentityToken: &o.identity,
	})
	if err != nil {
		return sdk.Credentials{}, unassumed(ctx, err)
	}
	return assumed(out.Credentials)
}

func (c *Credentials) service(o own, region string, as sdk.CredentialsProvider) *sts.Client {
	options := sts.Options{Region: region, Credentials: as, HTTPClient: c.open, Retryer: sdk.NopRetryer{}}
	if o.sts != "" {
		options.BaseEndpoint = &o.sts
	}
	return sts.New(options)
}

func assumed(v *types.Credentials) (sdk.Credentials, error) {
	if v == nil || v.AccessKeyId == nil || v.SecretAccessKey == nil || v.SessionToken == nil || v.Expiration == nil {
		return sdk.Credentials{}, &llm.Error{Class: llm.ServiceUnavailableError, Message: "AWS's token service answered without credentials"}
	}
	return sdk.Credentials{
		AccessKeyID: *v.AccessKeyId, SecretAccessKey: *v.SecretAccessKey, SessionToken: *v.SessionToken,
		CanExpire: true, Expires: *v.Expiration,
	}, nil
}

// unassumed is the error of a role that was not given: refused, or not asked
// for because the service failed.
func unassumed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var answer *smithyhttp.ResponseError
	var said smithy.APIError
	if errors.As(err, &answer) && answer.HTTPStatusCode() < http.StatusInternalServerError && errors.As(err, &said) && said.ErrorCode() != "Throttling" {
		return refused("AWS refused the role: "+said.ErrorCode(), err)
	}
	return &llm.Error{Class: llm.ServiceUnavailableError, Message: "AWS's token service does not answer", Err: err}
}
