//! A Bakaláři on loopback, as far as it is documented: the app's interface with its tokens, the data connector, answers
//! that begin with a byte order mark, and error pages in windows-1250. Shapes: the public documentation of its interface 3.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use base64::Engine as _;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::mock_api::{Answer, MockApi, Request, Setup};

/// What stands for a mark, an average and a remark of a teacher.
pub const MARK: &str = "kanarienvogel-5minus";
/// The path in front of everything.
pub const BASE: &str = "/bakaweb";
/// The account of the konektor.
pub const KONEKTOR: (&str, &str) = ("konektor", "tajne-heslo");

/// A teacher's account and what it sees.
#[derive(Clone)]
pub struct Teacher {
    pub user: &'static str,
    pub password: &'static str,
    pub id: &'static str,
    pub name: &'static str,
    /// The atoms, by id.
    pub atoms: Vec<&'static str>,
    /// `Subjects` of the timetable.
    pub subjects: Vec<Value>,
}

/// A group of pupils.
#[derive(Clone)]
pub struct Atom {
    pub name: &'static str,
    pub subject: Value,
    pub students: Vec<Value>,
}

/// What the server holds; a test changes it.
pub struct Inside {
    pub teachers: Vec<Teacher>,
    pub atoms: BTreeMap<&'static str, Atom>,
    /// `Classes` of the timetable.
    pub classes: Vec<Value>,
    /// `expires_in`, and how long a token is really taken.
    pub lifetime: u64,
    /// The lists of the konektor, by the last part of their path.
    pub lists: BTreeMap<&'static str, Value>,
    tokens: BTreeMap<String, (usize, Instant)>,
}

/// The server.
pub struct Bakalari {
    pub api: MockApi,
    inside: Arc<Mutex<Inside>>,
}

/// A pupil of a class, with marks in words.
pub fn student(id: &str, class: &str, given: &str, family: &str) -> Value {
    json!({
        "Id": id, "ClassId": class, "DisplayName": format!("{family} {given}"), "FirstName": given, "MiddleName": "",
        "LastName": family, "RegistrationNumber": format!("R{id}"), "AverageText1": MARK, "AverageText2": MARK,
        "ReleasedOfSubject": false
    })
}

/// The same, released of the subject.
pub fn released(student: Value) -> Value {
    let mut student = student;
    student["ReleasedOfSubject"] = json!(true);
    student
}

/// A subject, a class or a teacher.
pub fn named(id: &str, abbrev: &str, name: &str) -> Value {
    json!({"Id": id, "Abbrev": abbrev, "Name": name})
}

/// A page of HTML in windows-1250, such as IIS gives, with the name of a person in it.
pub fn page(status: u16) -> Answer {
    let mut body = b"\r\n<!DOCTYPE html><html><head><title>".to_vec();
    // "Chyba: Šťastný Jiří" in windows-1250.
    body.extend_from_slice(b"Chyba: \x8a\x9dastn\xfd Ji\xf8\xed kanarienvogel</title></head></html>");
    Answer::body(body).with_status(status).header("content-type", "text/html; charset=windows-1250")
}

impl Bakalari {
    /// Starts an empty one.
    pub fn start() -> Self {
        Self::start_with(Setup::default())
    }

    /// Starts an empty one, with TLS for instance.
    pub fn start_with(setup: Setup) -> Self {
        let api = MockApi::start_with(Setup { base_path: BASE.to_owned(), ..setup });
        let inside = Arc::new(Mutex::new(Inside {
            teachers: Vec::new(),
            atoms: BTreeMap::new(),
            classes: Vec::new(),
            lifetime: 3599,
            lists: BTreeMap::new(),
            tokens: BTreeMap::new(),
        }));
        let own = Arc::clone(&inside);
        api.otherwise(move |request| {
            Some(answer(&mut own.lock().expect("no test panics while it holds this"), request))
        });
        Self { api, inside }
    }

    /// What it holds.
    pub fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("no test panics while it holds this")
    }

    /// Its URL as a browser shows it.
    pub fn copied_url(&self) -> String {
        format!("{}/login?ReturnUrl=%2Fbakaweb%2Fnext", self.api.url())
    }

    /// Its URL with an account in it.
    pub fn url_of(&self, user: &str, password: &str) -> String {
        self.api.url().replacen("://", &format!("://{user}:{password}@"), 1)
    }

    /// How many logins there were.
    pub fn logins(&self) -> usize {
        self.api.count("/api/login")
    }
}

fn answer(inside: &mut Inside, request: &Request) -> Answer {
    let path = decoded(&request.path);
    match path.strip_prefix("/if/2/") {
        Some(list) => konektor(inside, request, list),
        None if path == "/api/login" => log_in(inside, request),
        None => api3(inside, request, &path),
    }
}

/// A document, behind a byte order mark.
fn document(value: &Value) -> Answer {
    let mut body = "\u{feff}".as_bytes().to_vec();
    body.extend_from_slice(value.to_string().as_bytes());
    Answer::body(body)
}

fn log_in(inside: &mut Inside, request: &Request) -> Answer {
    let form = String::from_utf8(request.body.clone()).expect("a form is ASCII");
    let form: BTreeMap<String, String> = form
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), decoded(&value.replace('+', " "))))
        .collect();
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let is_form = request.method == "POST"
        && request.header("content-type") == Some("application/x-www-form-urlencoded")
        && (field("client_id"), field("grant_type")) == ("ANDR", "password");
    if !is_form {
        return document(&json!({"error": "invalid_request", "error_description": "?"})).with_status(400);
    }
    let place = inside
        .teachers
        .iter()
        .position(|own| (own.user, own.password) == (field("username"), field("password")));
    let Some(place) = place else {
        let said = format!("Špatný login nebo heslo: {}", field("username"));
        return document(&json!({"error": "invalid_grant", "error_description": said})).with_status(400);
    };
    let token = format!("token-{place}-{}-kanarienvogel", inside.tokens.len());
    inside.tokens.insert(token.clone(), (place, Instant::now()));
    document(&json!({
        "bak:ApiVersion": "3.13.0", "bak:AppVersion": "1.35.1029.1", "bak:UserId": inside.teachers[place].id,
        "access_token": token, "refresh_token": "refresh-kanarienvogel", "token_type": "Bearer",
        "expires_in": inside.lifetime, "scope": "openid profile offline_access bakalari_api"
    }))
}

fn api3(inside: &Inside, request: &Request, path: &str) -> Answer {
    let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    // A token is good for one request, however short its life is.
    let lifetime = Duration::from_secs(inside.lifetime).max(Duration::from_secs(2));
    let known = token.and_then(|token| inside.tokens.get(token)).filter(|(_, at)| at.elapsed() < lifetime);
    let Some((place, _)) = known else {
        let said = json!({"Message": "Authorization has been denied for this request."});
        return document(&said).with_status(401);
    };
    let teacher = &inside.teachers[*place];
    match path.strip_prefix("/api/3/").unwrap_or_default() {
        "user" => document(&json!({
            "UserUID": format!("4823/{}", teacher.id), "Class": null, "FullName": teacher.name,
            "SchoolOrganizationName": "Gymnázium", "SchoolType": null, "UserType": "teacher", "UserTypeText": "učitel",
            "StudyYear": 0, "EnabledModules": [{"Module": "Marking", "Rights": ["ShowMarks"]}]
        })),
        "timetable/permanent" => document(&json!({
            "Hours": [], "Days": [], "Classes": inside.classes, "Groups": [], "Subjects": teacher.subjects,
            "Teachers": [named(teacher.id, "Xx", teacher.name)], "Rooms": [], "Cycles": []
        })),
        "marking/atoms" => {
            let atoms: Vec<Value> = teacher.atoms.iter().map(|id| listed(inside, id)).collect();
            document(&json!({"Atoms": atoms}))
        }
        other => match other.strip_prefix("marking/marks/").and_then(|id| inside.atoms.get(id)) {
            Some(atom) => document(&marks(atom, teacher)),
            None => page(404),
        },
    }
}

fn listed(inside: &Inside, id: &str) -> Value {
    let atom = inside.atoms.get(id);
    json!({"Id": id, "Name": atom.map(|atom| atom.name), "Subject": atom.map(|atom| atom.subject.clone()),
           "Disabled": false, "DisabledText": null})
}

fn marks(atom: &Atom, teacher: &Teacher) -> Value {
    let marks: Vec<Value> = atom
        .students
        .iter()
        .map(|student| {
            json!({"Id": "m1", "MarkDate": "2026-10-01T00:00:00+02:00", "MarkValue": MARK, "Theme": MARK,
                   "TeacherId": teacher.id, "StudentId": student["Id"]})
        })
        .collect();
    json!({"MarkOptions": [named("1", MARK, MARK)], "Marks": marks, "Students": atom.students,
           "Teachers": [named(teacher.id, "Xx", teacher.name)]})
}

fn konektor(inside: &Inside, request: &Request, list: &str) -> Answer {
    let (user, password) = KONEKTOR;
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    if request.header("authorization") != Some(&format!("Basic {pair}")) {
        return page(401);
    }
    assert_eq!(request.header("accept"), Some("application/json"), "else it answers XML");
    inside.lists.get(list).map_or_else(|| page(404), document)
}

/// A text with each `%20` and the like as what it stands for.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().expect("UTF-8 in paths and forms").into_owned()
}
