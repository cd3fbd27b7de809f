package stack

// addBuckets adds the bucket of the configuration, every version of it for a
// while, and one for the log of who asked for what of it.
func addBuckets(resources object, p Profile) {
	encryption := object{"SSEAlgorithm": "AES256"}
	if p.Key {
		encryption = object{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": attribute("Key", "Arn")}
	}
	properties := private(encryption, p.Key)
	properties["VersioningConfiguration"] = object{"Status": "Enabled"}
	properties["LoggingConfiguration"] = object{"DestinationBucketName": ref("BucketLogs"), "LogFilePrefix": "bucket/"}
	properties["LifecycleConfiguration"] = object{"Rules": []object{
		{
			"Id": "earlier-versions", "Status": "Enabled", "NoncurrentVersionExpiration": object{"NoncurrentDays": 90},
			"AbortIncompleteMultipartUpload": object{"DaysAfterInitiation": 1},
		},
	}}
	optional(properties, "BucketName", p.BucketName)
	resources["Bucket"] = p.kept(object{"Type": "AWS::S3::Bucket", "Properties": properties})
	resources["BucketPolicy"] = bucketPolicy("Bucket")

	// S3 cannot write its logs with a key of the account's.
	logs := private(object{"SSEAlgorithm": "AES256"}, false)
	logs["LifecycleConfiguration"] = object{"Rules": []object{{"Id": "old", "Status": "Enabled", "ExpirationInDays": p.LogDays}}}
	resources["BucketLogs"] = p.kept(object{"Type": "AWS::S3::Bucket", "Properties": logs})
	resources["BucketLogsPolicy"] = bucketPolicy("BucketLogs", object{
		"Effect": "Allow", "Action": "s3:PutObject", "Resource": sub("${BucketLogs.Arn}/*"),
		"Principal": object{"Service": "logging.s3.amazonaws.com"},
		"Condition": object{
			"ArnLike":      object{"aws:SourceArn": attribute("Bucket", "Arn")},
			"StringEquals": object{"aws:SourceAccount": ref("AWS::AccountId")},
		},
	})
}

// private are the properties of a bucket that is encrypted and nobody else's.
func private(encryption object, ofKey bool) object {
	rule := object{"ServerSideEncryptionByDefault": encryption}
	if ofKey {
		rule["BucketKeyEnabled"] = true // one call of KMS for many objects
	}
	return object{
		"BucketEncryption": object{"ServerSideEncryptionConfiguration": []object{rule}},
		"PublicAccessBlockConfiguration": object{
			"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
		},
	}
}

// bucketPolicy refuses what does not come by TLS, and has other statements.
func bucketPolicy(bucket string, others ...object) object {
	tls := onlyTLS("s3:*", attribute(bucket, "Arn"), sub("${"+bucket+".Arn}/*"))
	return object{
		"Type":       "AWS::S3::BucketPolicy",
		"Properties": object{"Bucket": ref(bucket), "PolicyDocument": policy(append([]object{tls}, others...)...)},
	}
}

// onlyTLS is the statement of a resource's policy that refuses plain HTTP.
func onlyTLS(actions string, resources ...object) object {
	return object{
		"Effect": "Deny", "Action": actions, "Resource": resources, "Principal": object{"AWS": "*"},
		"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
	}
}
