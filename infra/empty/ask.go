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

// cloudFormation asks CloudFormation, whose protocol is forms and XML.
// Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
func cloudFormation(ctx context.Context, at *cloud.Account, in url.Values, out any) error {
	in.Set("Version", "2010-05-15")
	return ask(ctx, at, cloud.Service{ID: "CloudFormation", Host: "cloudformation"}, cloud.Request{
		Method: http.MethodPost, Body: []byte(in.Encode()), Largest: 4 << 20,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}},
	}, in.Get("Action"), out)
}

// ask asks what answers in XML.
func ask(ctx context.Context, at *cloud.Account, s cloud.Service, r cloud.Request, action string, out any) error {
	answer, err := at.Do(ctx, s, r)
	if err != nil {
		return err
	}
	if answer.Status != http.StatusOK {
		var said struct { // S3 has the error itself, CloudFormation an answer that has it
			Code, Message string
			Error         struct{ Code, Message string }
		}
		_ = xml.Unmarshal(answer.Body, &said) // what is no XML comes from a proxy, and the status must do
		return &cloud.Refusal{Target: s.Host + "." + action, Status: answer.Status, Kind: said.Code + said.Error.Code, Message: said.Message + said.Error.Message}
	}
	if err := xml.Unmarshal(answer.Body, out); err != nil {
		return fmt.Errorf("read the answer of %s: %w", action, err)
	}
	return nil
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
	s3 := cloud.Service{ID: "S3", Host: "s3"}
	for {
		var listed struct {
			Versions []version `xml:"Version"`
			Marks    []version `xml:"DeleteMarker"`
		}
		list := cloud.Request{Method: http.MethodGet, Path: "/" + bucket, Query: url.Values{"versions": {""}}, Largest: 8 << 20}
		if err := ask(ctx, at, s3, list, "ListObjectVersions", &listed); err != nil {
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
		if err := ask(ctx, at, s3, remove, "DeleteObjects", &answer); err != nil {
			return deleted, err
		}
		if len(answer.Errors) > 0 {
			return deleted, fmt.Errorf("%d objects could not be deleted, %s among them: %s", len(answer.Errors), answer.Errors[0].Key, answer.Errors[0].Code)
		}
		deleted += len(all)
	}
}
