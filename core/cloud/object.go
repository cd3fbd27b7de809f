package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// s3 is the service of objects in buckets.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
func s3() Service { return Service{ID: "S3", Host: "s3"} }

// ErrNoObject says that a bucket has no object of a name.
var ErrNoObject = errors.New("there is no such object")

// Object reads an object, or one version of it ("": the latest), and says which
// version that is: "" in a bucket that keeps none. One of more bytes than
// largest is an error.
func (a *Account) Object(ctx context.Context, bucket, key, version string, largest int64) (body []byte, is string, err error) {
	r := Request{Method: http.MethodGet, Path: objectPath(bucket, key), Largest: largest}
	if version != "" {
		r.Query = url.Values{"versionId": {version}}
	}
	answer, err := a.Do(ctx, s3(), r)
	if err != nil {
		return nil, "", fmt.Errorf("read %s from the bucket %s: %w", key, bucket, err)
	}
	if answer.Status != http.StatusOK {
		return nil, "", refusedObject("s3.GetObject", answer)
	}
	return answer.Body, answer.Header.Get("X-Amz-Version-Id"), nil
}

// PutObject writes an object and returns its version: "" in a bucket that keeps
// none.
func (a *Account) PutObject(ctx context.Context, bucket, key string, body []byte) (version string, err error) {
	answer, err := a.Do(ctx, s3(), Request{Method: http.MethodPut, Path: objectPath(bucket, key), Body: body})
	if err != nil {
		return "", fmt.Errorf("write %s to the bucket %s: %w", key, bucket, err)
	}
	if answer.Status != http.StatusOK {
		return "", refusedObject("s3.PutObject", answer)
	}
	return answer.Header.Get("X-Amz-Version-Id"), nil
}

// objectPath is an object's address. The bucket is a part of the path, so that
// names with dots in them have a certificate, and other servers of S3's API do.
func objectPath(bucket, key string) string {
	elements := strings.Split(key, "/")
	for i, e := range elements {
		elements[i] = strings.ReplaceAll(url.QueryEscape(e), "+", "%20")
	}
	return "/" + bucket + "/" + strings.Join(elements, "/")
}

// refusedObject is S3's error, which says so where there is no such object.
func refusedObject(target string, a *Answer) error {
	r := refusedXML(target, a)
	if r.Kind == "NoSuchKey" || r.Kind == "NoSuchVersion" {
		return fmt.Errorf("%w: %w", ErrNoObject, r)
	}
	return r
}
