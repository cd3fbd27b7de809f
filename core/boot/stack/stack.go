// Package stack is what operators do, from a machine of theirs, to a gateway
// that runs at AWS: give it another configuration, or keys of providers, and look
// whether the account has what it takes.
//
// It finds its way by the outputs of the stack, and uses the credentials of
// whoever runs it. No function is linked with it.
package stack

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/cloud"
)

// Stack is a deployed gateway.
type Stack struct {
	Name   string
	URL    string // of the API, with /v1
	Bucket string // of the configuration
	Table  string
	Secret string // its name or ARN

	account *cloud.Account
	store   all.Store
}

// Find finds a stack by its name. The error says if there is none, or if it is
// none of Tollgate's.
func Find(ctx context.Context, name string) (*Stack, error) {
	at := &cloud.Account{Now: time.Now}
	var out struct {
		Result struct {
			Stacks []struct {
				Status  string `xml:"StackStatus"`
				Outputs []struct {
					Key   string `xml:"OutputKey"`
					Value string `xml:"OutputValue"`
				} `xml:"Outputs>member"`
			} `xml:"Stacks>member"`
		} `xml:"DescribeStacksResult"`
	}
	service := cloud.Service{ID: "CloudFormation", Host: "cloudformation"}
	if err := at.Query(ctx, service, url.Values{"Action": {"DescribeStacks"}, "Version": {"2010-05-15"}, "StackName": {name}}, &out); err != nil {
		return nil, fmt.Errorf("find the stack %s: %w", name, err)
	}
	if len(out.Result.Stacks) != 1 {
		return nil, fmt.Errorf("find the stack %s: AWS named %d stacks", name, len(out.Result.Stacks))
	}
	s := &Stack{Name: name, account: at}
	for _, o := range out.Result.Stacks[0].Outputs {
		switch o.Key {
		case "BaseUrl":
			s.URL = o.Value
		case "Bucket":
			s.Bucket = o.Value
		case "Table":
			s.Table = o.Value
		case "Secret":
			s.Secret = o.Value
		}
	}
	if s.Bucket == "" || s.Table == "" || s.Secret == "" {
		return nil, fmt.Errorf("the stack %s, which is in the state %s, has no outputs Bucket, Table and Secret: it is not deployed, or is no gateway", name, out.Result.Stacks[0].Status)
	}
	var err error
	s.store, err = all.Table(ctx, s.Table)
	return s, err
}
