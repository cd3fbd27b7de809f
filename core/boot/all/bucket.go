package all

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"path/filepath"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/people"
)

// largestFile is how many bytes of a configuration file are fetched: more than
// it may have, so that the configuration can say how many it has.
const largestFile = 5 << 20

// objects are files in a cloud. Object reads one, or a version of it, and says
// which version that is; the error is cloud.ErrNoObject when there is none.
type objects interface {
	Object(ctx context.Context, bucket, key, version string, largest int64) (body []byte, is string, err error)
}

// bucket is where a configuration is, in LiteLLM's variables.
type bucket struct {
	in   objects
	name string
	key  string // of config.yaml; files that it includes are beside it
}

// bucketOf is the bucket that the environment names; nil when it names none.
func (s *Setup) bucketOf() (*bucket, error) {
	name, key, kind := s.process("LITELLM_CONFIG_BUCKET_NAME"), s.process("LITELLM_CONFIG_BUCKET_OBJECT_KEY"), s.process("LITELLM_CONFIG_BUCKET_TYPE")
	switch {
	case name == "":
		return nil, nil
	case key == "":
		return nil, errors.New("LITELLM_CONFIG_BUCKET_OBJECT_KEY is not set: it says which object of the bucket is the configuration")
	}
	switch kind {
	case "", "s3":
		return &bucket{s.shared.account, name, key}, nil
	case "gcs":
		return &bucket{s.googleStorage(), name, key}, nil
	}
	return nil, fmt.Errorf("LITELLM_CONFIG_BUCKET_TYPE is %q, want s3 or gcs", kind)
}

// File is one version of one file of a configuration.
type File struct {
	Key     string `json:"key"`
	Version string `json:"version,omitempty"` // the bucket's word for it; "": it keeps none
	Sum     string `json:"sha256"`            // of its bytes, in hex
}

// Mark has every process that watches a store take the configuration of these
// files, config.yaml first. It returns the name that logs have for it.
func Mark(ctx context.Context, in Store, files []File) (name string, err error) {
	source, err := json.Marshal(files)
	if err != nil {
		return "", fmt.Errorf("write where the configuration is: %w", err)
	}
	name = nameOf(string(source))
	return name, people.MarkConfig(ctx, in, name, string(source))
}

// Renew has every process that watches a store read its configuration again, and
// with it the variables that are kept in a secret, which has this version now.
func Renew(ctx context.Context, in Store, version string) error {
	return people.RenameConfig(ctx, in, nameOf(version))
}

func nameOf(what string) string {
	sum := sha256.Sum256([]byte(what))
	return hex.EncodeToString(sum[:6])
}

// files opens the files of one configuration, each as it was when that was put
// into the bucket.
type files struct {
	*bucket
	ctx   context.Context
	names []File // nil: nobody has said which, so the latest
	first []byte // config.yaml, which is fetched while other things are
}

// filesOf are those that a store's marks name.
func (b *bucket) filesOf(ctx context.Context, source string) (*files, error) {
	f := &files{bucket: b, ctx: ctx}
	if source == "" {
		return f, nil
	}
	if err := json.Unmarshal([]byte(source), &f.names); err != nil || len(f.names) == 0 {
		return nil, errors.New("the table does not say where the configuration is, as tollgate config push writes it")
	}
	return f, nil
}

// path is the name of the configuration's first file.
func (f *files) path() string {
	if len(f.names) > 0 {
		return f.names[0].Key
	}
	return f.key
}

// where is that name for people.
func (f *files) where() string { return f.name + "/" + f.path() }

// fetch reads the first file.
func (f *files) fetch() (err error) {
	f.first, err = f.read(f.path())
	return err
}

// is reports whether a text is the first file as it was named.
func (f *files) is(text []byte) bool {
	sum := sha256.Sum256(text)
	return f.path() == f.key && f.names[0].Sum == hex.EncodeToString(sum[:])
}

// Open is a config.Options' Open.
func (f *files) Open(name string) (io.ReadCloser, error) {
	key := path.Clean(filepath.ToSlash(name))
	if key == f.path() && f.first != nil {
		return io.NopCloser(bytes.NewReader(f.first)), nil
	}
	body, err := f.read(key)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(body)), nil
}

// read reads a file, as it is or as it was named.
func (f *files) read(key string) ([]byte, error) {
	var as File
	for _, n := range f.names {
		if n.Key == key {
			as = n
		}
	}
	if as.Key == "" && f.names != nil {
		return nil, fmt.Errorf("%s is not among the files of the configuration", key)
	}
	body, _, err := f.in.Object(f.ctx, f.name, key, as.Version, largestFile)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(body); as.Sum != "" && hex.EncodeToString(sum[:]) != as.Sum {
		return nil, fmt.Errorf("%s in the bucket %s is not what was named: it was changed without tollgate config push", key, f.name)
	}
	return body, nil
}

// absent reports whether an error says that there is no object. Who may not list
// a bucket's objects is not told so, but that it may not read this one.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
func absent(err error) bool {
	var no *cloud.Refusal
	return errors.Is(err, cloud.ErrNoObject) || errors.As(err, &no) && no.Status == http.StatusForbidden && cmp.Or(no.Kind, "AccessDenied") == "AccessDenied"
}
