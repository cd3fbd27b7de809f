package stack

// configKey is where the configuration is in the bucket.
const configKey = "config/config.yaml"

// bucket keeps the configuration, every version of it for a while.
func bucket(p Profile) object {
	return p.kept(object{
		"Type": "AWS::S3::Bucket",
		"Properties": object{
			"BucketEncryption": object{"ServerSideEncryptionConfiguration": []object{{
				"ServerSideEncryptionByDefault": object{"SSEAlgorithm": "AES256"},
			}}},
			"PublicAccessBlockConfiguration": object{
				"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
			},
			"VersioningConfiguration": object{"Status": "Enabled"},
			"LifecycleConfiguration": object{"Rules": []object{{
				"Id": "earlier-versions", "Status": "Enabled", "NoncurrentVersionExpiration": object{"NoncurrentDays": 90},
				"AbortIncompleteMultipartUpload": object{"DaysAfterInitiation": 1},
			}}},
		},
	})
}
