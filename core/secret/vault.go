package secret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Vault keeps secrets elsewhere, under names. It need not remember what it has
// told: a Cache does.
type Vault interface {
	// Check returns an error for a name that no secret of the vault can have.
	Check(name string) error
	// Secret gives what is kept under a name now. An error says why it cannot be
	// had, with nothing of the secret in it.
	Secret(ctx context.Context, name string) (string, error)
}

// objects is a Vault whose every secret is a JSON object. Member is the one that a
// reference means which names none.
type objects interface{ Member() string }

// reference is a secret in a vault: scheme/name or, for one member of a secret
// that is a JSON object, scheme/name#key.
type reference struct{ scheme, name, key string }

// schemes are the ways LiteLLM and others name a secret that is kept
// elsewhere, with or without a vault for them here.
func schemes() []string {
	return []string{
		"aws_kms", "aws_secret_manager", "aws_secretsmanager", "azure_key_vault", "cyberark", "file", "google_kms",
		"google_secret_manager", "hashicorp_vault", "kms", "oidc", "secretsmanager", "ssm", "vault",
	}
}

// refers tells whether a text is a reference of such a scheme.
func refers(text string) (reference, bool) {
	scheme, rest, ok := strings.Cut(text, "/")
	if !ok || !slices.Contains(schemes(), scheme) {
		return reference{}, false
	}
	name, key, _ := strings.Cut(rest, "#")
	return reference{scheme, name, key}, true
}

// Refers reports whether a text is a reference into a vault of the gateway's
// own schemes. The others' words may begin a text that is none.
func Refers(text string) bool {
	r, ok := refers(text)
	own := []string{"secretsmanager", "ssm", "kms", "azure_key_vault", "google_secret_manager", "hashicorp_vault"}
	return ok && slices.Contains(own, r.scheme)
}

// String is the reference for people. A ciphertext tells them nothing, and what
// stands in its place by mistake may be the key.
func (r reference) String() string {
	const most = 80
	name := r.name
	switch {
	case r.scheme == "kms":
		name = "..."
	case len(name) > most:
		name = name[:most] + "..."
	}
	if r.key != "" {
		name += "#" + r.key
	}
	return r.scheme + "/" + name
}

// Check returns an error for a reference that can lead nowhere: because nobody
// here keeps secrets of its scheme, or because it is misspelt. It asks nobody.
func (s Source) Check(text string) error {
	r, ok := refers(text)
	if !ok {
		return refuseARN(text)
	}
	vault, err := s.vault(r)
	if err != nil {
		return err
	}
	switch {
	case r.name == "":
		return fmt.Errorf("the reference %s names no secret", r)
	case r.key == "" && strings.Contains(text, "#"):
		return fmt.Errorf("the reference %s# names no key of the secret", r)
	}
	if err := vault.Check(r.name); err != nil {
		return fmt.Errorf("the reference %s: %w", r, err)
	}
	return nil
}

// vault finds who keeps a secret. The error names the scheme and not the rest,
// which may be a key after all.
func (s Source) vault(r reference) (*Cache, error) {
	if v := s.Vaults[r.scheme]; v != nil {
		return v, nil
	}
	return nil, unsupported(r.scheme + "/")
}

func unsupported(prefix string) error {
	return fmt.Errorf("secret references of the form %s... are not supported in this version: use %sNAME or secretsmanager/NAME", prefix, envPrefix)
}

// refuseARN refuses a credential that is the name of something at AWS: nobody
// can have meant it as a key.
func refuseARN(text string) error {
	if strings.HasPrefix(text, "arn:") {
		return unsupported("arn:")
	}
	return nil
}

// fetch gives what a reference names.
func (s Source) fetch(ctx context.Context, r reference) (string, error) {
	vault, err := s.vault(r)
	if err != nil {
		return "", err
	}
	key := r.key
	if o, ok := vault.Vault.(objects); ok && key == "" {
		key = o.Member()
	}
	v, err := vault.Secret(ctx, r.name)
	if err == nil && key != "" {
		v, err = member(v, key)
	}
	if err != nil {
		return "", fmt.Errorf("read secret %s: %w", r, err)
	}
	// Who writes a secret from a file or by echo has the line's end in it.
	if v = strings.TrimRight(v, "\r\n"); v == "" {
		return "", fmt.Errorf("read secret %s: it is empty", r)
	}
	return v, nil
}

// member is one of a secret that is a JSON object.
func member(secret, key string) (string, error) {
	all, err := object(secret)
	if err != nil {
		return "", err
	}
	v, ok := all[key]
	if !ok || string(v) == "null" {
		return "", fmt.Errorf("it has no key %s", key)
	}
	return written(v), nil
}

// Members are those of a secret that is a JSON object, by their keys, as
// references to them give them.
func Members(secret string) (map[string]string, error) {
	all, err := object(secret)
	if err != nil {
		return nil, err
	}
	members := map[string]string{}
	for key, v := range all {
		if string(v) != "null" {
			members[key] = strings.TrimRight(written(v), "\r\n")
		}
	}
	return members, nil
}

// object reads a secret. What the decoder complains of is not told, for it quotes.
func object(secret string) (map[string]json.RawMessage, error) {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(secret), &all) != nil {
		return nil, errors.New("it is no JSON object, which has keys")
	}
	return all, nil
}

// written is a member as text: text as it is, anything else as its JSON.
func written(v json.RawMessage) string {
	var text string
	if json.Unmarshal(v, &text) == nil {
		return text
	}
	return string(v)
}
