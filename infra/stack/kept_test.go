package stack

import "testing"

// TestKept holds how data is kept in every stack: encrypted, nobody else's, asked
// for by TLS only, and for how long.
func TestKept(t *testing.T) {
	for fact, want := range map[string]string{
		"AWS::S3::Bucket Properties PublicAccessBlockConfiguration":                       `{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}`,
		"AWS::S3::Bucket Properties BucketEncryption ServerSideEncryptionConfiguration 0": `{"ServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}`,
		"Bucket Properties VersioningConfiguration Status":                                `"Enabled"`,
		"Bucket Properties LoggingConfiguration DestinationBucketName":                    `{"Ref":"BucketLogs"}`,
		"Bucket Properties LifecycleConfiguration Rules 0 NoncurrentVersionExpiration":    `{"NoncurrentDays":90}`,
		"BucketPolicy Properties PolicyDocument Statement 0 Condition":                    `{"Bool":{"aws:SecureTransport":"false"}}`,
		"BucketPolicy Properties PolicyDocument Statement 0 Effect":                       `"Deny"`,
		"BucketPolicy Properties PolicyDocument Statement 0 Action":                       `"s3:*"`,
		"BucketPolicy Properties PolicyDocument Statement 0 Resource":                     `[{"Fn::GetAtt":["Bucket","Arn"]},{"Fn::Sub":"${Bucket.Arn}/*"}]`,
		"BucketLogsPolicy Properties PolicyDocument Statement 0 Effect":                   `"Deny"`,
		"BucketLogsPolicy Properties PolicyDocument Statement 0 Resource":                 `[{"Fn::GetAtt":["BucketLogs","Arn"]},{"Fn::Sub":"${BucketLogs.Arn}/*"}]`,
		"BucketLogsPolicy Properties PolicyDocument Statement 1 Principal":                `{"Service":"logging.s3.amazonaws.com"}`,
		"BucketLogsPolicy Properties PolicyDocument Statement 1 Condition ArnLike":        `{"aws:SourceArn":{"Fn::GetAtt":["Bucket","Arn"]}}`,
		"AWS::SQS::Queue Properties SqsManagedSseEnabled":                                 `true`,
		"AWS::SQS::QueuePolicy Properties PolicyDocument Statement 0 Effect":              `"Deny"`,
		"AWS::SQS::QueuePolicy Properties PolicyDocument Statement 0 Action":              `"sqs:*"`,
		"AWS::SQS::QueuePolicy Properties PolicyDocument Statement 0 Condition":           `{"Bool":{"aws:SecureTransport":"false"}}`,
		"BatchQueuePolicy Properties Queues":                                              `[{"Ref":"BatchQueue"}]`,
		"BatchDeadLetters Properties MessageRetentionPeriod":                              `1209600`,
		"BatchQueue Properties RedrivePolicy":                                             `{"deadLetterTargetArn":{"Fn::GetAtt":["BatchDeadLetters","Arn"]},"maxReceiveCount":5}`,
		"BatchMessages Properties FunctionResponseTypes":                                  `["ReportBatchItemFailures"]`,
		"Table Properties Replicas 0 PointInTimeRecoverySpecification":                    `{"PointInTimeRecoveryEnabled":true}`,
		"Table Properties TimeToLiveSpecification":                                        `{"AttributeName":"_ttl","Enabled":true}`,
	} {
		found := values(t, chosen(t, nil), fact)
		if len(found) == 0 {
			t.Errorf("there is nothing that is a %s", fact)
		}
		for id, got := range found {
			if got != want {
				t.Errorf("got %s %s %s, want %s", id, fact, got, want)
			}
		}
	}
}
