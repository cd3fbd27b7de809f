package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/cloud"
)

// account makes what a stack keeps things in.
type account struct {
	*cloud.Account
	run   string // what the names of this run's resources end in
	names names
}

// create makes the template's resources that hold something, and no other: the
// functions run here, and what watches them has nothing to see.
func (a *account) create(ctx context.Context, t *template, secrets map[string]string) error {
	for id, r := range t.Resources {
		a.names[id] = named(r.Type, strings.ToLower(id)+"-"+a.run)
	}
	if err := of(t, "AWS::DynamoDB::GlobalTable", func(id string, p map[string]json.RawMessage) error { return a.table(ctx, id, p) }); err != nil {
		return err
	}
	if err := of(t, "AWS::S3::Bucket", func(id string, p bucketProperties) error { return a.bucket(ctx, id, p) }); err != nil {
		return err
	}
	if err := of(t, "AWS::SecretsManager::Secret", func(id string, p secretProperties) error { return a.secret(ctx, id, p, secrets) }); err != nil {
		return err
	}
	for _, redrives := range []bool{false, true} { // a queue beside another is there before it
		err := of(t, "AWS::SQS::Queue", func(id string, p queueProperties) error {
			if (p.RedrivePolicy != nil) != redrives {
				return nil
			}
			return a.queue(ctx, id, p)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// table makes a table of what a global table says: all of it but for what only
// AWS has, such as replicas.
func (a *account) table(ctx context.Context, id string, p map[string]json.RawMessage) error {
	in := map[string]any{"TableName": a.names[id].Ref}
	for _, member := range []string{"BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"} {
		in[member] = p[member]
	}
	var out struct{}
	if err := a.Ask(ctx, dynamodb("CreateTable"), in, &out); err != nil {
		return err
	}
	return a.Ask(ctx, dynamodb("UpdateTimeToLive"), map[string]any{
		"TableName": a.names[id].Ref, "TimeToLiveSpecification": p["TimeToLiveSpecification"],
	}, &out)
}

func dynamodb(operation string) cloud.Operation {
	return cloud.Operation{Service: cloud.Service{ID: "DynamoDB", Host: "dynamodb"}, Target: "DynamoDB_20120810." + operation, Version: "1.0"}
}

type bucketProperties struct {
	VersioningConfiguration struct{ Status string }
}

func (a *account) bucket(ctx context.Context, id string, p bucketProperties) error {
	s3 := cloud.Service{ID: "S3", Host: "s3"}
	answer, err := a.Do(ctx, s3, cloud.Request{Method: http.MethodPut, Path: "/" + a.names[id].Ref})
	if err != nil {
		return err
	}
	if answer.Status != http.StatusOK {
		return fmt.Errorf("make a bucket: %d %s", answer.Status, answer.Body)
	}
	if p.VersioningConfiguration.Status == "" {
		return nil
	}
	answer, err = a.Do(ctx, s3, cloud.Request{
		Method: http.MethodPut, Path: "/" + a.names[id].Ref, Query: url.Values{"versioning": {""}},
		Body: []byte(`<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>` + p.VersioningConfiguration.Status + `</Status></VersioningConfiguration>`),
	})
	if err == nil && answer.Status != http.StatusOK {
		err = fmt.Errorf("keep versions: %d %s", answer.Status, answer.Body)
	}
	return err
}

type secretProperties struct {
	GenerateSecretString struct {
		SecretStringTemplate, GenerateStringKey string
		PasswordLength                          int
	}
}

// secret makes a secret as it would be generated, with others merged in.
func (a *account) secret(ctx context.Context, id string, p secretProperties, others map[string]string) error {
	g := p.GenerateSecretString
	members := map[string]string{}
	if err := json.Unmarshal([]byte(g.SecretStringTemplate), &members); err != nil {
		return fmt.Errorf("read what the secret is made of: %w", err)
	}
	b := make([]byte, (g.PasswordLength+1)/2)
	_, _ = rand.Read(b)
	members[g.GenerateStringKey] = hex.EncodeToString(b)[:g.PasswordLength]
	for name, value := range others {
		members[name] = value
	}
	text, err := json.Marshal(members)
	if err != nil {
		return fmt.Errorf("write the secret: %w", err)
	}
	var out struct{ ARN string }
	o := cloud.Operation{Service: cloud.Service{ID: "Secrets Manager", Host: "secretsmanager"}, Target: "secretsmanager.CreateSecret"}
	if err := a.Ask(ctx, o, map[string]any{"Name": strings.ToLower(id) + "-" + a.run, "SecretString": string(text), "ClientRequestToken": rand.Text() + rand.Text()}, &out); err != nil {
		return err
	}
	a.names[id] = physical{out.ARN, out.ARN, "AWS::SecretsManager::Secret"}
	return nil
}

type queueProperties struct {
	VisibilityTimeout int
	RedrivePolicy     *struct {
		Target json.RawMessage `json:"deadLetterTargetArn"`
		Count  int             `json:"maxReceiveCount"`
	}
}

func (a *account) queue(ctx context.Context, id string, p queueProperties) error {
	attributes := map[string]string{}
	if p.VisibilityTimeout > 0 {
		attributes["VisibilityTimeout"] = strconv.Itoa(p.VisibilityTimeout)
	}
	if p.RedrivePolicy != nil {
		target, err := a.names.resolve(p.RedrivePolicy.Target)
		if err != nil {
			return err
		}
		attributes["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, target, p.RedrivePolicy.Count)
	}
	var out struct{ QueueUrl string }
	o := cloud.Operation{Service: cloud.Service{ID: "SQS", Host: "sqs"}, Target: "AmazonSQS.CreateQueue", Version: "1.0"}
	own := strings.ToLower(id) + "-" + a.run
	if err := a.Ask(ctx, o, map[string]any{"QueueName": own, "Attributes": attributes}, &out); err != nil {
		return err
	}
	q := named("AWS::SQS::Queue", own)
	q.Ref = out.QueueUrl
	a.names[id] = q
	return nil
}
