package main

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"

	"github.com/tollgate-llm/tollgate/core/cloud"
)

// cloudFormation asks CloudFormation.
// Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
func cloudFormation(ctx context.Context, at *cloud.Account, in url.Values, out any) error {
	in.Set("Version", "2010-05-15")
	return at.Query(ctx, cloud.Service{ID: "CloudFormation", Host: "cloudformation"}, in, out)
}

// s3 asks S3 for what is answered in XML.
func s3(ctx context.Context, at *cloud.Account, r cloud.Request, action string, out any) error {
	answer, err := at.Do(ctx, cloud.Service{ID: "S3", Host: "s3"}, r)
	if err != nil {
		return err
	}
	return answer.XML("s3."+action, out)
}

// version is one of an object's, or the mark that it was deleted.
type version struct {
	Key       string
	VersionID string `xml:"VersionId"`
}

// emptied deletes all versions of a bucket's objects, and says how many.
// Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
func emptied(ctx context.Context, at *cloud.Account, bucket string) (deleted int, err error) {
	for {
		var listed struct {
			Versions []version `xml:"Version"`
			Marks    []version `xml:"DeleteMarker"`
		}
		list := cloud.Request{Method: http.MethodGet, Path: "/" + bucket, Query: url.Values{"versions": {""}}, Largest: 8 << 20}
		if err := s3(ctx, at, list, "ListObjectVersions", &listed); err != nil {
			return deleted, err
		}
		all := append(listed.Versions, listed.Marks...)
		if len(all) == 0 {
			return deleted, nil
		}
		body, err := xml.Marshal(struct {
			XMLName xml.Name  `xml:"Delete"`
			Quiet   bool      `xml:"Quiet"`
			Objects []version `xml:"Object"`
		}{Quiet: true, Objects: all})
		if err != nil {
			return deleted, err
		}
		sum := md5.Sum(body) // S3 asks for it
		var answer struct {
			Errors []struct{ Key, Code string } `xml:"Error"`
		}
		remove := cloud.Request{
			Method: http.MethodPost, Path: "/" + bucket, Query: url.Values{"delete": {""}}, Body: body,
			Header: http.Header{"Content-Md5": {base64.StdEncoding.EncodeToString(sum[:])}, "Content-Type": {"application/xml"}},
		}
		if err := s3(ctx, at, remove, "DeleteObjects", &answer); err != nil {
			return deleted, err
		}
		if len(answer.Errors) > 0 {
			return deleted, fmt.Errorf("%d objects could not be deleted, %s among them: %s", len(answer.Errors), answer.Errors[0].Key, answer.Errors[0].Code)
		}
		deleted += len(all)
	}
}
