// Package awsvault reads secrets that are kept at AWS: in Secrets Manager, in
// Systems Manager's Parameter Store, or encrypted by KMS in the reference itself.
//
// It opens nothing before the first secret is asked for: a gateway whose keys
// are all in its environment pays nothing for what it does not use.
package awsvault

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/secret"
)

// All are the vaults of an account by the scheme of references into them.
func All(a *cloud.Account) map[string]secret.Vault {
	return map[string]secret.Vault{"secretsmanager": secrets{a}, "ssm": parameters{a}, "kms": ciphertexts{a}}
}

// secrets are those of Secrets Manager, by name or ARN.
// Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
type secrets struct{ at *cloud.Account }

// Check implements secret.Vault.
func (secrets) Check(name string) error {
	return named(name, "/_+=.@!-", 512, "a secret's name or ARN")
}

// Secret implements secret.Vault.
func (v secrets) Secret(ctx context.Context, name string) (string, error) {
	var out struct {
		SecretString *string
		SecretBinary []byte
	}
	o := cloud.Operation{Service: cloud.Service{ID: "Secrets Manager", Host: "secretsmanager"}, Target: "secretsmanager.GetSecretValue"}
	if err := v.at.Ask(ctx, o, map[string]any{"SecretId": name}, &out); err != nil {
		return "", err
	}
	if out.SecretString == nil {
		return string(out.SecretBinary), nil
	}
	return *out.SecretString, nil
}

// parameters are those of Parameter Store, by name or ARN, with a version or a
// label behind a colon.
// Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
type parameters struct{ at *cloud.Account }

// Check implements secret.Vault.
func (parameters) Check(name string) error {
	return named(name, "/_.-:", 1112, "a parameter's name or ARN")
}

// Secret implements secret.Vault.
func (v parameters) Secret(ctx context.Context, name string) (string, error) {
	// A name with a slash in it is one of a hierarchy, which begins with one.
	if strings.Contains(name, "/") && !strings.HasPrefix(name, "/") && !strings.HasPrefix(name, "arn:") {
		name = "/" + name
	}
	var out struct{ Parameter struct{ Value string } }
	o := cloud.Operation{Service: cloud.Service{ID: "SSM", Host: "ssm"}, Target: "AmazonSSM.GetParameter"}
	err := v.at.Ask(ctx, o, map[string]any{"Name": name, "WithDecryption": true}, &out)
	return out.Parameter.Value, err
}

// ciphertexts are secrets that stand in the reference, encrypted and in base64:
// what `aws kms encrypt` prints. The key that decrypts them is named in them.
// Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
type ciphertexts struct{ at *cloud.Account }

// Check implements secret.Vault.
func (ciphertexts) Check(name string) error {
	const most = 6144 // bytes
	text, err := base64.StdEncoding.DecodeString(name)
	if err != nil || len(text) == 0 || len(text) > most {
		return errors.New("want a ciphertext of KMS in base64")
	}
	return nil
}

// Secret implements secret.Vault.
func (v ciphertexts) Secret(ctx context.Context, name string) (string, error) {
	var out struct{ Plaintext []byte }
	o := cloud.Operation{Service: cloud.Service{ID: "KMS", Host: "kms"}, Target: "TrentService.Decrypt"}
	err := v.at.Ask(ctx, o, map[string]any{"CiphertextBlob": name}, &out)
	return string(out.Plaintext), err
}

// named returns an error for a text that is too long or has other characters
// than letters, digits and these in it; an ARN may have colons, too.
func named(name, others string, most int, what string) error {
	if strings.HasPrefix(name, "arn:") {
		most, others = 2048, others+":"
	}
	bad := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune(others, r)
	}
	if len(name) > most || strings.ContainsFunc(name, bad) {
		return fmt.Errorf("want %s: letters, digits and %s, at most %d", what, others, most)
	}
	return nil
}
