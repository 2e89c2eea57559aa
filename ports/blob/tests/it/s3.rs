use blob::{BlobError, Blobs, Key, S3};
use bytes::Bytes;
use futures::TryStreamExt as _;
use kernel::{Secret, WorkspaceId};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, PutMode, UpdateVersion};
use simulator::{Options, Simulator};

const LIMIT: u64 = 2_000_000;

async fn simulator() -> Simulator {
    Simulator::start(Options::empty()).await.unwrap()
}

fn bucket(sim: &Simulator) -> S3 {
    let seed = Options::empty().s3;
    S3 {
        endpoint: Some(sim.s3_url().parse().unwrap()),
        bucket: "socialsync".into(),
        region: seed.region,
        access_key_id: seed.access_key_id,
        secret_access_key: Secret::new(seed.secret_access_key),
    }
}

fn key() -> Key {
    Key::new(WorkspaceId::new(), "documents", "doc_1").unwrap()
}

#[tokio::test]
async fn what_is_put_is_got_until_it_is_deleted() {
    let sim = simulator().await;
    let blobs = Blobs::s3(&bucket(&sim), LIMIT).unwrap();
    let (key, content) = (key(), Bytes::from(vec![7; 1_500_000]));
    let missing = blobs.get(&key).await;
    assert!(matches!(missing, Err(BlobError::NotFound { .. })));
    let stored = blobs.put(&key, content.clone()).await.unwrap();
    assert_eq!(stored.bytes, 1_500_000);
    assert!(blobs.exists(&key).await.unwrap());
    assert_eq!(blobs.get(&key).await.unwrap(), content);
    // Another handle on the same bucket sees it, under a lower limit not.
    let low = Blobs::s3(&bucket(&sim), 10).unwrap();
    let refused = low.get(&key).await;
    assert!(matches!(
        refused,
        Err(BlobError::TooLarge { limit: 10, .. })
    ));
    blobs.delete(&key).await.unwrap();
    blobs.delete(&key).await.unwrap();
    assert!(!blobs.exists(&key).await.unwrap());
    blobs.probe().await.unwrap();
}

#[tokio::test]
async fn wrong_keys_and_a_missing_bucket_are_told_apart_from_a_missing_file() {
    let sim = simulator().await;
    let good = bucket(&sim);
    let wrong_secret = S3 {
        secret_access_key: Secret::new("guessed"),
        ..good.clone()
    };
    let wrong_id = S3 {
        access_key_id: "AKIAOTHER".into(),
        ..good.clone()
    };
    for wrong in [wrong_secret, wrong_id] {
        let blobs = Blobs::s3(&wrong, LIMIT).unwrap();
        let refused = [
            blobs.put(&key(), Bytes::new()).await.err(),
            blobs.get(&key()).await.err(),
            blobs.exists(&key()).await.err(),
            blobs.delete(&key()).await.err(),
            blobs.probe().await.err(),
        ];
        for error in refused {
            let error = error.unwrap();
            assert!(matches!(error, BlobError::Refused(_)), "{error:?}");
            assert_eq!(error.to_string(), "the file store refuses the keys");
            assert!(!format!("{error:?}").contains("guessed"));
        }
    }
    let nowhere = S3 {
        bucket: "elsewhere".into(),
        ..good
    };
    let blobs = Blobs::s3(&nowhere, LIMIT).unwrap();
    let put = blobs.put(&key(), Bytes::new()).await;
    assert!(matches!(put, Err(BlobError::NoBucket(_))));
    let got = blobs.get(&key()).await;
    assert!(matches!(got, Err(BlobError::NoBucket(_))));
}

/// What is beyond our use, so that the simulated store is as good as others think it is.
#[tokio::test]
async fn the_simulated_store_keeps_conditions_and_lists() {
    let sim = simulator().await;
    let seed = Options::empty().s3;
    let store = AmazonS3Builder::new()
        .with_endpoint(sim.s3_url())
        .with_allow_http(true)
        .with_bucket_name("socialsync")
        .with_region(seed.region)
        .with_access_key_id(seed.access_key_id)
        .with_secret_access_key(seed.secret_access_key)
        .build()
        .unwrap();
    let path = Path::parse("a b/é&ü/1").unwrap();
    let create = |text: &'static str| {
        let options = PutMode::Create.into();
        store.put_opts(&path, Bytes::from_static(text.as_bytes()).into(), options)
    };
    let first = create("one").await.unwrap();
    assert!(matches!(
        create("two").await,
        Err(Error::AlreadyExists { .. })
    ));
    let replace = |version: Option<String>| {
        let version = UpdateVersion {
            e_tag: version,
            version: None,
        };
        store.put_opts(&path, "three".into(), PutMode::Update(version).into())
    };
    let second = replace(first.e_tag.clone()).await.unwrap();
    let late = replace(first.e_tag).await;
    assert!(matches!(late, Err(Error::Precondition { .. })));
    let known = object_store::GetOptions {
        if_none_match: second.e_tag,
        ..Default::default()
    };
    let unchanged = store.get_opts(&path, known).await;
    assert!(matches!(unchanged, Err(Error::NotModified { .. })));
    for other in ["a b/x", "c"] {
        store.put(&other.into(), "x".into()).await.unwrap();
    }
    let all: Vec<_> = store.list(None).try_collect().await.unwrap();
    let all: Vec<_> = all.iter().map(|meta| meta.location.as_ref()).collect();
    assert_eq!(all, ["a b/x", "a b/é&ü/1", "c"]);
    let folder = store
        .list_with_delimiter(Some(&"a b".into()))
        .await
        .unwrap();
    assert_eq!(folder.objects.len(), 1);
    assert_eq!(folder.common_prefixes, [Path::parse("a b/é&ü").unwrap()]);
}
